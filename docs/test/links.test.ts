import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const workspace = fileURLToPath(new URL("../..", import.meta.url));

it("every link of a page leads to a file that is there, and to a heading that it has", async () => {
  const dead: string[] = [];
  for (const page of await pages()) {
    for (const link of linksOf(await readFile(page, "utf8"))) {
      if (!(await leadsSomewhere(page, link))) dead.push(`${relative(workspace, page)}: ${link}`);
    }
  }
  expect(dead).toEqual([]);
});

async function pages(): Promise<readonly string[]> {
  const folders = ["", "docs", "docs/decisions", "bench"];
  for (const area of ["apps", "packages", "examples", "tooling"]) {
    for (const name of await readdir(join(workspace, area))) folders.push(join(area, name));
  }
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(workspace, folder)).catch(() => []);
    found.push(
      ...names.filter((name) => name.endsWith(".md")).map((name) => join(workspace, folder, name)),
    );
  }
  return found;
}

function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "code");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

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
