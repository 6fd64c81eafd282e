import { join } from "node:path";
import { ConfigurationError, type LoadedKeyring, loadKeyring } from "@rak-oauth/core";
import type { Storage } from "./read-storage.js";
import type { Environment, SettingFault } from "./setting-fault.js";

/** Options of {@link readKeys}. */
export interface ReadKeysOptions {
  readonly environment: Environment;
  readonly storage: Storage;
  /** Gets what is wrong. */
  readonly faults: SettingFault[];
}

/**
 * The keys of `RAK_OAUTH_KEYS` or `RAK_OAUTH_KEYS_FILE`. For the embedded database, and not in
 * production, one is made in its folder when there are none. What is wrong goes to `faults`.
 */
export async function readKeys(options: ReadKeysOptions): Promise<LoadedKeyring | undefined> {
  const { environment, storage, faults } = options;
  // A key of this process's own would hide what it seals from the others that share a database.
  const developmentKeyFile =
    storage.kind === "embedded" ? developmentKeyFileIn(storage.folder) : undefined;
  try {
    return await loadKeyring({ environment, developmentKeyFile });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const isFile = environment["RAK_OAUTH_KEYS_FILE"] !== undefined;
    const name = isFile ? "RAK_OAUTH_KEYS_FILE" : "RAK_OAUTH_KEYS";
    faults.push({ name, problem: `gives no keys. ${error.message}` });
    return undefined;
  }
}

/** The file in which {@link readKeys} makes a key for a folder's database. */
export function developmentKeyFileIn(folder: string): string {
  return join(folder, "development.key");
}
