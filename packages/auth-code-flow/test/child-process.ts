import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Starts `test/children/<name>.ts` in a process of its own, on the sources of this workspace. */
export function startChild(
  name: string,
  ...parameters: readonly string[]
): ChildProcessByStdio<null, Readable, null> {
  const program = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
  return spawn(
    process.execPath,
    ["--import", loader, "--conditions=@rak-oauth/source", program, ...parameters],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
}
