import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs in a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly result: Promise<CommandResult>;
  /** The first match in what it has written there so far or will write. */
  readonly findIn: (name: "stdout" | "stderr", pattern: RegExp) => Promise<string>;
}

/** Options of {@link CommandHome.start}. */
export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What it reads from standard input. */
  readonly input?: string | undefined;
}

/** A folder of a user's own, and commands that know no other. */
export class CommandHome {
  readonly folder: string;
  /** All that its commands have written. */
  written = "";

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<CommandHome> {
    return new CommandHome(await mkdtemp(join(tmpdir(), "rak-oauth-cli-")));
  }

  /** Starts `rak-oauth` with these words. */
  start(words: readonly string[], options: StartOptions = {}): RunningCommand {
    const child = spawn(
      process.execPath,
      ["--import", loader, "--conditions=@rak-oauth/source", program, ...words],
      {
        env: {
          PATH: process.env["PATH"],
          HOME: this.folder,
          XDG_DATA_HOME: join(this.folder, "data"),
          ...options.environment,
        },
      },
    );
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        this.written += text;
      });
    }
    child.stdin.end(options.input ?? "");
    const ended = once(child, "close");
    return {
      child,
      result: ended.then(([exitCode]) => ({ exitCode: exitCode as number | null, ...output })),
      async findIn(name, pattern) {
        for (;;) {
          const found = pattern.exec(output[name])?.[0];
          if (found !== undefined) return found;
          const more = await Promise.race([once(child[name], "data"), ended.then(() => undefined)]);
          if (more === undefined && !pattern.test(output[name])) {
            throw new Error(`It ended without ${pattern}: ${output.stderr}${output.stdout}`);
          }
        }
      },
    };
  }

  /** Runs `rak-oauth` with these words to its end. */
  run(words: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
    return this.start(words, options).result;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
