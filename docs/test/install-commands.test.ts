import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listPages, workspace } from "./list-pages.js";

it("who installs what a page names can run all code of the page", async () => {
  const lacking: string[] = [];
  let commands = 0;
  for (const page of await listPages()) {
    const text = await readFile(join(workspace, page), "utf8");
    const installed = namesInstalled(text);
    if (installed.size === 0) continue;
    commands += 1;
    for (const name of namesImported(text)) {
      if (!installed.has(name)) lacking.push(`${page}: ${name}`);
    }
  }
  expect(commands).toBeGreaterThan(20);
  expect(lacking, "Add these to the page's npm install.").toEqual([]);
});

function namesInstalled(page: string): ReadonlySet<string> {
  const lines = blocksOf(page, "sh").flatMap((block) => block.replaceAll("\\\n", " ").split("\n"));
  const commands = lines.map((line) => /^npm install ([^#]*)/.exec(line)?.[1] ?? "");
  return new Set(commands.flatMap((names) => names.match(/\S+/g) ?? []));
}

function namesImported(page: string): ReadonlySet<string> {
  const modules = blocksOf(page, "tsx?").flatMap((block) =>
    [...block.matchAll(/\bfrom "([^".][^"]*)"|\bimport\("([^".][^"]*)"\)/g)].map(
      ([, named, loaded]) => named ?? loaded ?? "",
    ),
  );
  const names = modules
    .filter((module) => !isBuiltin(module))
    .map((module) => /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module);
  return new Set(names);
}

function blocksOf(page: string, language: string): readonly string[] {
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...page.matchAll(block)].map(([, code = ""]) => code);
}
