import { strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";

/**
 * Checks that the first TypeScript block of a package's README is `test/readme-example.ts`, so that
 * the type check of the tests compiles what the README shows.
 *
 * @param testFileUrl - `import.meta.url` of a test in the package's `test` folder.
 * @throws AssertionError when the two differ.
 */
export async function assertReadmeExample(testFileUrl: string): Promise<void> {
  const example = await readFile(new URL("readme-example.ts", testFileUrl), "utf8");
  const readme = await readFile(new URL("../README.md", testFileUrl), "utf8");
  const block = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
  strictEqual(block, example, "README.md and test/readme-example.ts show different code.");
}
