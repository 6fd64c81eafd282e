import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { HttpServer } from "./http-server.js";

/**
 * Starts a server by a script of its package.json, as `npm run` does but without npm and without a
 * shell, and waits until it has printed its address.
 *
 * @throws Error when it ends before, with what it said
 */
export async function startNpmScript(
  folder: string,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<HttpServer> {
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const [command, ...parameters] = scripts[name]?.split(" ") ?? [];
  if (command !== "node") throw new Error(`The script "${name}" does not start with "node".`);
  const child = spawn(process.execPath, parameters, {
    cwd: folder,
    env: { NODE_ENV: "development", PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      async stop() {
        child.kill();
        await closed;
      },
    };
  }
  throw new Error(`The script "${name}" ended without an address: ${said}`);
}
