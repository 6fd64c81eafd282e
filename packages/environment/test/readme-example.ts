import type { LoadedKeyring, OAuth2Config } from "@rak-oauth/core";
import {
  type Environment,
  readKeys,
  readProviders,
  readStorage,
  type SettingFault,
  type Storage,
} from "@rak-oauth/environment";

export interface Settings {
  readonly storage: Storage;
  readonly keyring: LoadedKeyring;
  readonly configs: readonly OAuth2Config[];
}

export async function readSettings(environment: Environment): Promise<Settings> {
  const faults: SettingFault[] = [];
  const storage = readStorage({ environment, defaultFolder: ".rak-oauth", faults });
  const keyring = await readKeys({ environment, storage, faults });
  const configs = await readProviders({ environment, faults });
  if (faults.length > 0 || keyring === undefined) {
    throw new Error(faults.map(({ name, problem }) => `${name} ${problem}`).join("\n"));
  }
  return { storage, keyring, configs };
}
