import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { InstalledProject } from "./installed-project.js";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Their frameworks' own declarations have errors, which only `skipLibCheck` hides. */
const adapters = ["ai-sdk", "google-adk", "langchain", "mcp-client", "mcp-server", "openai-agents"];
export const frameworksWithFaults = adapters.map((name) => `@rak-oauth/rest-tool-adapter/${name}`);

/** The Node.js of the dependencies; where there is none for this machine, the one that runs the test. */
export function findNode(version: string): string {
  try {
    return require.resolve(`node-${version}-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return process.execPath;
  }
}

/** Options of {@link compile}. */
interface CompileOptions {
  readonly version: string;
  readonly resolution: string;
  readonly specifiers: readonly string[];
  readonly examples: readonly string[];
  readonly skipLibCheck: boolean;
}

/** Type-checks a file that takes all of the given paths, and the examples. */
export async function compile(project: InstalledProject, options: CompileOptions): Promise<void> {
  const { version, resolution, specifiers, examples, skipLibCheck } = options;
  const name = `${version}-${resolution}-${skipLibCheck}`;
  const lines = specifiers.map((path, index) => `export * as path${index} from "${path}";`);
  await writeFile(join(project.folder, `${name}.ts`), lines.join("\n"));
  await writeFile(
    join(project.folder, `${name}.json`),
    JSON.stringify({
      compilerOptions: {
        target: "es2023",
        module: resolution === "bundler" ? "esnext" : resolution,
        moduleResolution: resolution,
        types: ["node"],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck,
        noEmit: true,
      },
      files: [`${name}.ts`, ...examples],
    }),
  );
  const compiler = fileURLToPath(
    new URL(`../node_modules/typescript-${version}/bin/tsc`, import.meta.url),
  );
  const found = await run(process.execPath, [compiler, "-p", `${name}.json`], {
    cwd: project.folder,
  }).catch((error: { readonly stdout: string }) => error);
  expect(found.stdout).toBe("");
}
