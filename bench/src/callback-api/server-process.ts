import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The built command of the callback server; the build of this package builds it too. */
const command = fileURLToPath(
  new URL("main.js", import.meta.resolve("@rak-oauth/callback-server")),
);

/** A callback server as a process of its own. */
export interface ServerProcess {
  stop(): Promise<void>;
}

/** Starts one with these settings and no others, and waits until it is ready. */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [command], {
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await untilReady(child);
  return {
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-10_000);
      if (text.includes('"msg":"ready"')) resolve();
    });
    child.once("exit", (code) => reject(new Error(`A callback server ended with ${code}.`)));
  });
}
