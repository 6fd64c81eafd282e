import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertReadmeExample } from "../src/readme-example.js";

describe("assertReadmeExample", () => {
  let folder: string;
  let testFileUrl: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "readme-example-"));
    await mkdir(join(folder, "test"));
    testFileUrl = pathToFileURL(join(folder, "test", "exports.test.ts")).href;
    await writeFile(join(folder, "test", "readme-example.ts"), "const one = 1;\n");
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("accepts a README whose first TypeScript block is the example", async () => {
    const readme =
      "# Title\n\n```sh\nnpm i\n```\n\n```ts\nconst one = 1;\n```\n\n```ts\nmore\n```\n";
    await writeFile(join(folder, "README.md"), readme);
    await assertReadmeExample(testFileUrl);
  });

  it("refuses a README that shows other code, or none", async () => {
    await writeFile(join(folder, "README.md"), "```ts\nconst one = 2;\n```\n");
    await expect(assertReadmeExample(testFileUrl)).rejects.toThrow("show different code");
    await writeFile(join(folder, "README.md"), "# Title\n");
    await expect(assertReadmeExample(testFileUrl)).rejects.toThrow("show different code");
  });
});
