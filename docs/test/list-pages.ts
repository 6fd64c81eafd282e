import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds everything. */
export const workspace: string = fileURLToPath(new URL("../..", import.meta.url));

/** Every page of the project, as a path from {@link workspace}. */
export async function listPages(): Promise<readonly string[]> {
  const folders = ["", "docs", "docs/decisions", "docs/guides", "bench"];
  for (const area of ["apps", "packages", "examples", "tooling"]) {
    for (const name of await readdir(join(workspace, area))) folders.push(join(area, name));
  }
  const pages: string[] = [];
  for (const folder of folders) pages.push(...(await listFiles(folder, ".md")));
  return pages;
}

/** The files of a folder whose names end so; none where there is no such folder. */
export async function listFiles(folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(join(workspace, folder)).catch(() => []);
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}
