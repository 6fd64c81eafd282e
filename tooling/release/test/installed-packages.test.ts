import { execFile } from "node:child_process";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, findNode, frameworksWithFaults } from "./compile-project.js";
import {
  type InstalledProject,
  installPackedPackages,
  publishedPackages,
} from "./installed-project.js";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const loader = "load-everything.mjs";

const nodeVersions = ["20", "22", "24"];

let project: InstalledProject;
let examples: readonly string[];

beforeAll(async () => {
  project = await installPackedPackages({ peers: "tested" });
  const written = fileURLToPath(new URL(loader, import.meta.url));
  await copyFile(written, join(project.folder, loader));
  examples = await copyExamples();
});

afterAll(() => project?.remove());

describe.concurrent.each(nodeVersions)("on Node.js %s", (version) => {
  it("every path is imported and required, and gives the same", async () => {
    const { stdout } = await run(findNode(version), [loader, ...project.specifiers], {
      cwd: project.folder,
    });
    const { names, token } = JSON.parse(stdout) as {
      readonly names: Record<string, { readonly imported: string[]; readonly required: string[] }>;
      readonly token: string;
    };
    expect(Object.keys(names)).toEqual(project.specifiers);
    for (const [specifier, { imported, required }] of Object.entries(names)) {
      expect(imported.length, specifier).toBeGreaterThan(0);
      expect(required, specifier).toEqual(imported);
    }
    expect(token).toBe("token of alice");
  });

  it("every command starts and tells how it is used", async () => {
    for (const command of project.commands) {
      const path = require.resolve(await fileOfCommand(command));
      const { stdout } = await run(findNode(version), [path, "--help"]);
      expect(stdout, command).toContain(command);
    }
  });
});

describe.concurrent.each(["5.9", "6", "7"])("under TypeScript %s", (version) => {
  it.each(["nodenext", "bundler"])(
    "all declarations and examples hold with %s",
    async (resolution) => {
      const strict = project.specifiers.filter((path) => !frameworksWithFaults.includes(path));
      await compile(project, {
        version,
        resolution,
        specifiers: strict,
        examples,
        skipLibCheck: false,
      });
    },
  );

  it("the adapters of frameworks hold beside the frameworks' own faults", async () => {
    await compile(project, {
      version,
      resolution: "nodenext",
      specifiers: frameworksWithFaults,
      examples: [],
      skipLibCheck: true,
    });
  });
});

it("a store of one's own is tested with the suites of /testing", async () => {
  await writeFile(
    join(project.folder, "own-store.test.js"),
    `import { MemorySuspendedCallStore } from "@rak-oauth/core";
     import { describeSuspendedCallStore } from "@rak-oauth/core/testing";
     describeSuspendedCallStore("own", { createStore: () => new MemorySuspendedCallStore() });`,
  );
  const vitest = join(project.folder, "node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run", "--reporter=json"], {
    cwd: project.folder,
  });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPendingTests: 0 });
});

async function fileOfCommand(command: string): Promise<string> {
  for (const { manifest } of await publishedPackages()) {
    const file = manifest.bin?.[command];
    if (file) return join(project.folder, "node_modules", manifest.name, file);
  }
  throw new Error(`No package has the command ${command}.`);
}

/** Copies the READMEs' examples that need nothing but installed packages. */
async function copyExamples(): Promise<readonly string[]> {
  const copied: string[] = [];
  for (const { folder } of await publishedPackages()) {
    const example = join(folder, "test/readme-example.ts");
    const text = await readFile(example, "utf8").catch(() => `from "./none.js"`);
    if (/from "\.{1,2}\//.test(text)) continue;
    const name = `${basename(folder)}.ts`;
    await copyFile(example, join(project.folder, name));
    copied.push(name);
  }
  expect(copied.length).toBeGreaterThan(0);
  return copied;
}
