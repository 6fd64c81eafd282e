import { CredentialService } from "@rak-oauth/core";
import { openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { openEmbeddedStores } from "@rak-oauth/credential-store-prisma/embedded";
import {
  type Environment,
  readKeys,
  readProviders,
  readSecretFiles,
  readStorage,
  type SettingFault,
} from "@rak-oauth/environment";
import { TokenManager } from "@rak-oauth/token-manager";

export interface Tokens {
  readonly byProvider: ReadonlyMap<string, TokenManager>;
  close(): Promise<void>;
}

/** A token manager for each provider that the environment names; all that is wrong is told at once. */
export async function openTokens(given: Environment): Promise<Tokens> {
  const faults: SettingFault[] = [];
  const environment = await readSecretFiles(given, faults);
  const storage = readStorage({ environment, defaultFolder: "agent-data", faults });
  const keyring = await readKeys({ environment, storage, faults });
  const configs = await readProviders({ environment, faults });
  if (storage.kind === "redis")
    faults.push({ name: "REDIS_URL", problem: "is not for this agent." });
  if (faults.length > 0 || keyring === undefined || storage.kind === "redis") {
    throw new Error(faults.map(({ name, problem }) => `${name} ${problem}`).join("\n"));
  }
  for (const warning of keyring.warnings) process.stderr.write(`${warning}\n`);
  const stores =
    storage.kind === "postgres"
      ? openPostgresStores({ connectionString: storage.connectionString })
      : await openEmbeddedStores({ folder: storage.folder });
  const credentials = new CredentialService({ store: stores.credentials, keys: keyring.keys });
  const managers = configs.map((config) => new TokenManager({ config, credentials }));
  return {
    byProvider: new Map(managers.map((manager) => [manager.config.provider, manager])),
    async close() {
      for (const manager of managers) await manager.close();
      await stores.close();
    },
  };
}
