import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compile, findNode, frameworksWithFaults } from "./compile-project.js";
import { type InstalledProject, installPackedPackages } from "./installed-project.js";

const loader = "load-everything.mjs";
let project: InstalledProject;

beforeAll(async () => {
  project = await installPackedPackages({ peers: "lowest" });
  await copyFile(fileURLToPath(new URL(loader, import.meta.url)), join(project.folder, loader));
});

afterAll(() => project?.remove());

it("every path loads beside the oldest versions of its peers that it says it takes", async () => {
  const { stdout } = await promisify(execFile)(findNode("20"), [loader, ...project.specifiers], {
    cwd: project.folder,
  });
  expect(JSON.parse(stdout)).toMatchObject({ token: "token of alice" });
});

it("the adapters' declarations hold beside the oldest versions of their frameworks", async () => {
  await compile(project, {
    version: "7",
    resolution: "nodenext",
    specifiers: frameworksWithFaults,
    examples: [],
    skipLibCheck: true,
  });
});
