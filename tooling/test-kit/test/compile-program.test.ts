import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { compileProgram } from "../src/index.js";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "compile-program-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

it("gives a program that runs as its sources would, each module knowing its own URL", async () => {
  const folder = await folderWith({
    "main.ts": `#!/usr/bin/env node
      import { where } from "./part.js";
      import { readFile } from "node:fs/promises";
      const absent = await import("not-installed-anywhere").catch((error: { code: string }) => error.code);
      const text: string = await readFile(new URL("text.txt", where), "utf8");
      console.log(JSON.stringify([where, import.meta.url, text, absent, "import.meta.url", process.argv.slice(2)]));`,
    "part.ts": "export const where: string = import.meta.url;",
    "text.txt": "beside it",
  });
  const main = pathToFileURL(join(folder, "main.ts"));
  const path = await compileProgram(main);
  const { stdout } = await promisify(execFile)(process.execPath, [path, "a", "b"]);
  const part = pathToFileURL(join(folder, "part.ts")).href;
  expect(JSON.parse(stdout)).toEqual([
    part,
    main.href,
    "beside it",
    "ERR_MODULE_NOT_FOUND",
    "import.meta.url",
    ["a", "b"],
  ]);
});

it("loads an installed package from where the module that takes it finds it", async () => {
  const path = await compileProgram(new URL("../src/free-port.ts", import.meta.url));
  const withPg = await compileProgram(new URL("../src/postgres.ts", import.meta.url));
  expect(withPg).not.toBe(path);
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    `console.log(typeof (await import(${JSON.stringify(pathToFileURL(withPg).href)})).startPostgres)`,
  ]);
  expect(stdout).toBe("function\n");
});

it("says what does not compile", async () => {
  const folder = await folderWith({ "main.ts": 'import "./absent.js";' });
  await expect(compileProgram(pathToFileURL(join(folder, "main.ts")))).rejects.toThrow("absent.js");
});
