import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { listPages, workspace } from "./list-pages.js";

it("every link of a page leads to a file that is there, and to a heading that it has", async () => {
  const dead: string[] = [];
  for (const page of await listPages()) {
    const file = join(workspace, page);
    for (const link of linksOf(await readFile(file, "utf8"))) {
      if (!(await leadsSomewhere(file, link))) dead.push(`${page}: ${link}`);
    }
  }
  expect(dead).toEqual([]);
});

function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "code");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) =>
    (match[1] ?? "").replace(ownAddress, workspace),
  );
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** How packages that are installed elsewhere name our files. */
const ownAddress = /^https:\/\/github\.com\/rak-oauth\/rak-oauth\/(?:blob|tree)\/main\//;

async function leadsSomewhere(page: string, link: string): Promise<boolean> {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? page : resolve(dirname(page), decodeURIComponent(path));
  const exists = await access(target).then(
    () => true,
    () => false,
  );
  if (!exists || heading === undefined) return exists;
  const file = target.endsWith(".md") ? target : join(target, "README.md");
  return headingsOf(await readFile(file, "utf8")).includes(heading);
}

function headingsOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
