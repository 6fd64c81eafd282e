import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { OAuth2Config } from "@rak-oauth/core";
import {
  type Environment,
  readProviders,
  readSecretFiles,
  readStorage,
  type SettingFault,
  type Storage,
} from "@rak-oauth/environment";
import { UsageError } from "./usage-error.js";

/** What the environment says; keys are read where they are needed. */
export interface Settings {
  /** Without empty variables, and with secrets read from their files. */
  readonly environment: Environment;
  /** The folder of this user: the embedded database, its key, and remembered providers. */
  readonly folder: string;
  readonly storage: Storage;
  readonly configs: readonly OAuth2Config[];
  /** Whether the environment, and not the user's folder, says how to use a provider. */
  readonly isFromEnvironment: (provider: string) => boolean;
}

/**
 * Reads settings from the environment, and the providers that were remembered in the user's folder.
 *
 * @throws UsageError with every fault.
 */
export async function readSettings(given: Environment): Promise<Settings> {
  const set = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const faults: SettingFault[] = [];
  const environment = await readSecretFiles(set, faults);
  const folder = environment["RAK_OAUTH_DATA_FOLDER"] ?? defaultFolder(environment);
  const storage = readStorage({ environment, defaultFolder: folder, faults });
  const named = await readProviders({ environment, faults });
  const remembered = await readRemembered(folder, faults);
  assertNoFaults(faults);
  const names = new Set(named.map(({ provider }) => provider));
  const others = remembered.filter(({ provider }) => !names.has(provider));
  return {
    environment,
    folder,
    storage,
    configs: [...named, ...others].map(withLoopback),
    isFromEnvironment: (provider) => names.has(provider),
  };
}

/** @throws UsageError with every fault, when there are some. */
export function assertNoFaults(faults: readonly SettingFault[]): void {
  if (faults.length === 0) return;
  throw new UsageError(faults.map(({ name, problem }) => `${name} ${problem}`).join(" "));
}

/** Where {@link rememberProvider} keeps what was connected with `--client-id`. */
export function rememberedProvidersFile(folder: string): string {
  return join(folder, "providers.json");
}

async function readRemembered(
  folder: string,
  faults: SettingFault[],
): Promise<readonly OAuth2Config[]> {
  const file = rememberedProvidersFile(folder);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  return readProviders({ environment: { RAK_OAUTH_PROVIDERS_FILE: file }, faults });
}

/**
 * The folder of the user who runs the command, unless `RAK_OAUTH_DATA_FOLDER` names another.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function defaultFolder(environment: Environment): string {
  const base = environment["XDG_DATA_HOME"];
  // A relative one must be ignored, says the specification.
  const isUsable = base !== undefined && isAbsolute(base);
  return join(isUsable ? base : join(homedir(), ".local", "share"), "rak-oauth");
}

/** A server's redirect URI, from a file that it shares with us, brings no browser back here. */
function withLoopback(config: OAuth2Config): OAuth2Config {
  const { redirectUri } = config;
  const isOurs = redirectUri === undefined || new URL(redirectUri).protocol === "http:";
  return isOurs ? config : { ...config, redirectUri: undefined };
}
