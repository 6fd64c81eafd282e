import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { listFiles, listPages, workspace } from "./list-pages.js";

interface Block {
  /** Where it begins, as `docs/start.md:11`. */
  readonly place: string;
  readonly code: string;
}

/** What was decided is told in fragments of what once was, or could have been. */
const exempt = /^docs\/decisions\//;

/** What stands above it in an example is not shown: it declares what the example leans on. */
const marker = "// shown from here\n\n";

let blocks: readonly Block[];
let examples: ReadonlyMap<string, string>;

beforeAll(async () => {
  const names = (await listPages()).filter((page) => !exempt.test(page));
  const pages = await Promise.all(names.map(readBlocks));
  blocks = pages.flat();
  const files = await listExamples();
  const shown = await Promise.all(files.map(shownOf));
  examples = new Map(files.map((file, index) => [file, shown[index] ?? ""]));
});

it("every block of TypeScript in a page is, word for word, an example that is compiled", () => {
  const compiled = new Set(examples.values());
  const others = blocks.filter(({ code }) => !compiled.has(code)).map(({ place }) => place);
  expect(others, "Put each of these blocks into a file of docs/test/examples.").toEqual([]);
});

it("every example that is compiled is shown in a page", () => {
  const shown = new Set(blocks.map(({ code }) => code));
  const others = [...examples].filter(([, code]) => !shown.has(code)).map(([file]) => file);
  expect(others, "No page shows these files as they are.").toEqual([]);
});

async function listExamples(): Promise<readonly string[]> {
  const own = await readdir(join(workspace, "docs/test/examples"), { recursive: true });
  const files = own
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join("docs/test/examples", name));
  for (const name of await readdir(join(workspace, "packages"))) {
    const tests = await listFiles(join("packages", name, "test"), "readme-example.ts");
    // Those are run by the package's own tests.
    files.push(...tests, ...(await listFiles(join("packages", name, "test/readme"), ".ts")));
  }
  return files;
}

/** Blocks in any spelling of the language, so that none passes as another one; indented ones too. */
async function readBlocks(page: string): Promise<readonly Block[]> {
  const text = await readFile(join(workspace, page), "utf8");
  const found = text.matchAll(
    /^( *)```(?:[cm]?[jt]sx?|typescript|javascript)\b[^\n]*\n(.*?)^ *```$/gms,
  );
  return [...found].map(({ index, 1: indentation = "", 2: code = "" }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length}`,
    code: code.replaceAll(new RegExp(`^${indentation}`, "gm"), ""),
  }));
}

async function shownOf(file: string): Promise<string> {
  const text = await readFile(join(workspace, file), "utf8");
  const start = text.indexOf(marker);
  return start < 0 ? text : text.slice(start + marker.length);
}
