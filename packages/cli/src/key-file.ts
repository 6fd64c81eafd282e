import { readFile } from "node:fs/promises";
import { developmentKeyFileIn, type Storage } from "@rak-oauth/environment";
import { makeFolder, writePrivately } from "./private-files.js";
import { UsageError } from "./usage-error.js";

/** Options of {@link addToKeyFile}. */
export interface AddToKeyFileOptions {
  /** The new key, as `id:base64`. */
  readonly entry: string;
  /** The file of `RAK_OAUTH_KEYS_FILE`. */
  readonly named: string | undefined;
  readonly storage: Storage;
}

/**
 * Puts a key in front in the file of keys, which is made when absent, and gives its name.
 *
 * @throws UsageError when a key of that name is there already, or there is no place for a file.
 */
export async function addToKeyFile(options: AddToKeyFileOptions): Promise<string> {
  const { entry, named, storage } = options;
  if (named === undefined && storage.kind === "embedded") await makeFolder(storage.folder);
  const file = named ?? (storage.kind === "embedded" ? developmentKeyFileIn(storage.folder) : "");
  const before = await readIfThere(file);
  const id = entry.slice(0, entry.indexOf(":") + 1);
  if (before.split(/[\s,]+/).some((key) => key.startsWith(id))) {
    throw new UsageError(`${file} has a key of that name already. Choose another --id.`);
  }
  await writePrivately(file, `${entry}\n${before}`);
  return file;
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
