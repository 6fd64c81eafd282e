import { readFile } from "node:fs/promises";
import type { OAuth2Config } from "@rak-oauth/core";
import { makeFolder, writePrivately } from "./private-files.js";
import { rememberedProvidersFile } from "./read-settings.js";

/** Options of {@link rememberProvider}. */
export interface RememberProviderOptions {
  /** The user's folder. */
  readonly folder: string;
  readonly config: OAuth2Config;
  /** Absolute path of the file that holds the client secret; the secret itself is not written. */
  readonly clientSecretFile: string | undefined;
}

/** Writes a provider beside those that were connected before, so that its name is enough from now on. */
export async function rememberProvider(options: RememberProviderOptions): Promise<void> {
  const { folder, config, clientSecretFile } = options;
  await makeFolder(folder);
  const file = rememberedProvidersFile(folder);
  const { clientSecret: _, ...registration } = config;
  const others = (await readEntries(file)).filter(({ provider }) => provider !== config.provider);
  const entries = [...others, { ...registration, clientSecretFile }];
  await writePrivately(file, `${JSON.stringify(entries, undefined, 2)}\n`);
}

type Entry = Readonly<Record<string, unknown>>;

async function readEntries(file: string): Promise<readonly Entry[]> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as readonly Entry[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
