import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What a bundler ships of an application that holds this line. */
async function bundle(line: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: line, resolveDir: folder, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    conditions: ["@rak-oauth/source"],
  });
  return outputFiles.map(({ text }) => text).join("");
}

it.each([
  ["all together", `export { google } from "../src/index.js";`],
  ["its own path", `export { google } from "../src/presets/google.js";`],
])("brings no other provider with one that is taken from %s", async (_name, line) => {
  const code = await bundle(line);
  expect(code).toContain("accounts.google.com");
  expect(code).not.toContain("github.com");
  expect(code).not.toContain("slack.com");
});
