import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKey, type Keyring, parseKeyring } from "@rak-oauth/core";

/** A keyring for development, and where its key is kept. */
export interface DevelopmentKey {
  readonly keys: Keyring;
  readonly file: string;
}

/**
 * The key of a development database: made once and kept beside it, so that a restart opens what was
 * sealed before. It protects nothing from whoever can read the folder.
 */
export async function loadDevelopmentKey(folder: string): Promise<DevelopmentKey> {
  const file = join(folder, "development.key");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `development:${generateKey()}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return { keys: parseKeyring((await readFile(file, "utf8")).trim()), file };
}
