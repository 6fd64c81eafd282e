import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { ConfigurationError, OAuth2Error } from "@rak-oauth/core";
import { type ChangeFeed, changeChannel, parseChange } from "./change-feed.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";
import { applyMigrations } from "./migrate.js";
import type { OpenStores } from "./postgres-stores.js";
import { PrismaCredentialStore } from "./prisma-credential-store.js";
import { PrismaPendingAuthorizationStore } from "./prisma-pending-authorization-store.js";
import { PrismaSuspendedCallStore } from "./prisma-suspended-call-store.js";
import type { RawQueryClient } from "./raw-query-client.js";

/** Options of {@link openEmbeddedStores}. */
export interface OpenEmbeddedStoresOptions {
  /** Where the database lives; made when absent. Left out, it lives in memory and is lost. */
  readonly folder?: string | undefined;
}

/**
 * All stores on PGlite, which is PostgreSQL inside this process: no server, tables made. A folder
 * serves one process at a time; one that was killed loses nothing it had been told was stored.
 *
 * @throws OAuth2Error with code `store_misconfigured` when another process has the folder, or its
 * database cannot be opened
 * @throws ConfigurationError when PGlite is not installed
 */
export async function openEmbeddedStores(
  options: OpenEmbeddedStoresOptions = {},
): Promise<OpenStores> {
  const { folder } = options;
  const { PGlite, PrismaPGlite } = await importEmbeddedDatabase();
  const lock = folder === undefined ? undefined : await lockFolder(folder);
  try {
    const database = await openDatabase(PGlite, folder);
    await applyMigrations({
      factory: new PrismaPGlite(database),
      runScript: async (script) => {
        await database.exec(script);
      },
    });
    return storesOf(database, lock);
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

function storesOf(database: PGlite, lock: FolderLock | undefined): OpenStores {
  const client: RawQueryClient = {
    $queryRawUnsafe: async (text, ...values) => (await database.query(text, values)).rows,
  };
  const changes: ChangeFeed = {
    async subscribe(listener) {
      const stop = await database.listen(changeChannel, (payload) => {
        const change = parseChange(payload);
        if (change !== undefined) listener(change);
      });
      return () => stop();
    },
  };
  return {
    credentials: new PrismaCredentialStore({ client, changes }),
    pendingAuthorizations: new PrismaPendingAuthorizationStore({ client, changes }),
    suspendedCalls: new PrismaSuspendedCallStore({ client }),
    async close() {
      if (!database.closed) await database.close();
      await lock?.release();
    },
  };
}

async function openDatabase(driver: typeof PGlite, folder: string | undefined): Promise<PGlite> {
  try {
    return await (folder === undefined ? driver.create() : driver.create(join(folder, "database")));
  } catch (error) {
    throw new OAuth2Error(
      "store_misconfigured",
      `The embedded database${folder === undefined ? "" : ` in ${folder}`} cannot be opened: ${error instanceof Error ? error.message : String(error)}. Is the folder writable, and made by this version of PGlite?`,
    );
  }
}

async function importEmbeddedDatabase() {
  try {
    const [{ PGlite }, { PrismaPGlite }] = await Promise.all([
      import("@electric-sql/pglite"),
      import("pglite-prisma-adapter"),
    ]);
    return { PGlite, PrismaPGlite };
  } catch (error) {
    throw new ConfigurationError(
      "The embedded database needs two packages: npm install @electric-sql/pglite pglite-prisma-adapter.",
      { cause: error },
    );
  }
}
