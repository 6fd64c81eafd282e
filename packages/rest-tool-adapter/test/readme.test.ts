import { readdir, readFile } from "node:fs/promises";
import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { expect, it } from "vitest";

it("shows the example that is compiled", async () => {
  await assertReadmeExample(import.meta.url);
});

it("shows for each framework the example that is compiled", async () => {
  const folder = new URL("readme/", import.meta.url);
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  for (const name of await readdir(folder)) {
    expect(readme).toContain(`\`\`\`ts\n${await readFile(new URL(name, folder), "utf8")}\`\`\``);
  }
});
