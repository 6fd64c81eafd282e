import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { publishedPackages, root } from "./installed-project.js";

it("every package says how it is published, from where, and what it runs on", async () => {
  for (const { folder, manifest } of await publishedPackages()) {
    expect(manifest, manifest.name).toMatchObject({
      license: "MIT",
      type: "module",
      description: expect.stringMatching(/\.$/),
      engines: { node: ">=20.19" },
      files: expect.arrayContaining(["dist"]),
      publishConfig: { access: "public", provenance: true },
      repository: { directory: relative(root, folder) },
    });
    expect(await readdir(folder), manifest.name).toEqual(
      expect.arrayContaining(["LICENSE", "README.md"]),
    );
  }
});

it("all packages have one version", async () => {
  const versions = (await publishedPackages()).map(({ manifest }) => manifest.version);
  expect(new Set(versions).size).toBe(1);
});

it("docs/decisions/README.md lists every decision (to update: npx vitest run -u)", async () => {
  const folder = join(root, "docs/decisions");
  const files = (await readdir(folder)).filter((name) => /^\d/.test(name)).sort();
  const lines = await Promise.all(
    files.map(async (name) => {
      const [title] = (await readFile(join(folder, name), "utf8")).split("\n", 1);
      return `- ${name.slice(0, 10)}: [${title?.replace(/^# /, "")}](${name})`;
    }),
  );
  const introduction =
    "What was decided and a reader will wonder about, oldest first: each file says why, and what it costs.";
  const index = `# Decisions\n\n${introduction}\n\n${lines.join("\n")}\n`;
  await expect(index).toMatchFileSnapshot(join(folder, "README.md"));
});
