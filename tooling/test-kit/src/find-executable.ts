import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Finds a program by name in the folders of PATH, or gives `undefined`. */
export async function findExecutable(name: string): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return firstExecutable(folders.map((folder) => join(folder, name)));
}

/** Gives the first of these paths that this process may execute, or `undefined`. */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await isExecutable(path)) {
      return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
