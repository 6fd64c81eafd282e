import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { requirements } from "../src/requirements.js";

const workspace = fileURLToPath(new URL("../../..", import.meta.url));

it("every requirement has a test that names it", async () => {
  const named = await namedInTests();
  const untested = Object.keys(requirements).filter((id) => !named.has(id));
  expect(untested).toEqual([]);
});

it("every id that a test names is a requirement", async () => {
  const unknown = [...(await namedInTests())].filter((id) => !(id in requirements));
  expect(unknown).toEqual([]);
});

async function namedInTests(): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const projects = [...(await projectsIn("packages")), ...(await projectsIn("apps")), "bench"];
  for (const project of projects) {
    for (const folder of ["test", "src/testing"]) {
      for (const file of await filesIn(join(workspace, project, folder))) {
        const source = await readFile(file, "utf8");
        for (const id of source.match(/\b(?:AC|DI|TR|TM|ST|RT|EV)-\d{2}\b/g) ?? []) named.add(id);
      }
    }
  }
  return named;
}

async function projectsIn(area: string): Promise<readonly string[]> {
  return (await readdir(join(workspace, area))).map((name) => join(area, name));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}
