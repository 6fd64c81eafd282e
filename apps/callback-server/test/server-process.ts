import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { compileProgram } from "@rak-oauth/test-kit";

/** The command as a process of its own. */
export interface ServerProcess {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** The first log entry with this message; fails when the process ends without it. */
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const command = await compileProgram(new URL("../src/main.ts", import.meta.url));

/** Starts the command from source, with these settings and no others. */
export function startServerProcess(
  settings: Readonly<Record<string, string>>,
  commandLine: readonly string[] = [],
): ServerProcess {
  const child = spawn(process.execPath, [command, ...commandLine], {
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    child.emit("output");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  let isOver = false;
  const ended = once(child, "close").then(([code, signal]) => {
    isOver = true;
    child.emit("output");
    return (code ?? signal) as number | NodeJS.Signals;
  });
  return {
    process: child,
    output,
    ended,
    async logged(message) {
      for (;;) {
        const entry = output.stdout
          .split("\n")
          .filter((line) => line.startsWith("{") && line.endsWith("}"))
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .find(({ msg }) => msg === message);
        if (entry !== undefined) return entry;
        if (isOver) throw new Error(`The server ended without "${message}": ${output.stderr}`);
        await once(child, "output");
      }
    },
  };
}
