import { CredentialService, type CredentialStore, type Keyring } from "@rak-oauth/core";
import { readKeys, type SettingFault, type Storage } from "@rak-oauth/environment";
import { makeFolder } from "./private-files.js";
import { assertNoFaults, type Settings } from "./read-settings.js";
import type { Terminal } from "./terminal.js";

/** The stored credentials, opened. */
export interface OpenCredentials {
  readonly store: CredentialStore;
  readonly keys: Keyring;
  readonly credentials: CredentialService;
  close(): Promise<void>;
}

/**
 * Opens the stored credentials of the settings, with a key that is made when there is none yet and the
 * database is this user's own.
 *
 * @throws UsageError when there are no keys for a database that others use too.
 * @throws OAuth2Error when the database cannot be used, saying how to mend it.
 */
export async function openCredentials(
  settings: Settings,
  terminal: Terminal,
): Promise<OpenCredentials> {
  const { environment, storage } = settings;
  if (storage.kind === "embedded") await makeFolder(storage.folder);
  const faults: SettingFault[] = [];
  const keyring = await readKeys({ environment, storage, faults });
  assertNoFaults(faults);
  if (keyring === undefined) throw new TypeError("No keys, and no fault that says why.");
  const { keys, warnings, source } = keyring;
  // The first says that the key was made here, which is as it should be on a person's own machine.
  for (const warning of source === "development" ? warnings.slice(1) : warnings) {
    terminal.warn(warning);
  }
  const { store, close } = await openStore(storage);
  return { store, keys, credentials: new CredentialService({ store, keys }), close };
}

async function openStore(storage: Storage): Promise<Pick<OpenCredentials, "store" | "close">> {
  switch (storage.kind) {
    // Each is loaded on demand: a driver takes time that the others need not pay for.
    case "postgres": {
      const { openPostgresStores } = await import("@rak-oauth/credential-store-prisma");
      const stores = openPostgresStores({ connectionString: storage.connectionString });
      return { store: stores.credentials, close: () => stores.close() };
    }
    case "redis": {
      const [{ Redis }, { RedisCredentialStore }] = await Promise.all([
        import("ioredis"),
        import("@rak-oauth/credential-store-redis"),
      ]);
      const client = new Redis(storage.url);
      // What fails is told by the command that fails; unheard, the event would be printed too.
      client.on("error", () => undefined);
      return {
        store: new RedisCredentialStore({ client }),
        close: async () => client.disconnect(),
      };
    }
    case "embedded": {
      const { openEmbeddedStores } = await import("@rak-oauth/credential-store-prisma/embedded");
      const stores = await openEmbeddedStores({ folder: storage.folder });
      return { store: stores.credentials, close: () => stores.close() };
    }
  }
}
