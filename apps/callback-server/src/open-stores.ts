import type { CredentialStore, PendingAuthorizationStore } from "@rak-oauth/core";
import type { Storage } from "@rak-oauth/environment";
import type { Logger } from "pino";
import { openPostgresCounts, type SharedCounts } from "./shared-counts.js";

/** Both stores, and what has to be closed with them. */
export interface OpenStores {
  readonly credentials: CredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  /** Absent where no other process can have them. */
  readonly counts?: SharedCounts | undefined;
  close(): Promise<void>;
}

/**
 * Opens the stores of the settings. On PostgreSQL the tables are made or updated first; a Redis that
 * may lose credentials is warned about.
 *
 * @throws OAuth2Error when the database cannot be used, saying how to mend it
 */
export async function openStores(storage: Storage, logger: Logger): Promise<OpenStores> {
  switch (storage.kind) {
    // Each is loaded on demand: a driver takes memory and time that the others need not pay for.
    case "postgres": {
      const { migrate, openPostgresStores } = await import("@rak-oauth/credential-store-prisma");
      const { connectionString } = storage;
      const { applied } = await migrate({ connectionString });
      if (applied.length > 0) logger.info({ applied }, "the database was migrated");
      const pool = await openPostgresCounts(connectionString, logger);
      const stores = openPostgresStores({ connectionString });
      return {
        ...stores,
        counts: pool && { kind: "postgres", pool },
        async close() {
          await Promise.all([stores.close(), pool?.end()]);
        },
      };
    }
    case "redis":
      return openRedisStores(storage.url, logger);
    case "embedded": {
      const { openEmbeddedStores } = await import("@rak-oauth/credential-store-prisma/embedded");
      return openEmbeddedStores({ folder: storage.folder });
    }
  }
}

async function openRedisStores(url: string, logger: Logger): Promise<OpenStores> {
  const [{ Redis }, redisStores] = await Promise.all([
    import("ioredis"),
    import("@rak-oauth/credential-store-redis"),
  ]);
  const { checkRedisServer, RedisCredentialStore, RedisPendingAuthorizationStore } = redisStores;
  const client = new Redis(url, { enableAutoPipelining: true });
  client.on("error", (error: Error) => logger.error({ message: error.message }, "Redis"));
  try {
    for (const { kind, message } of await checkRedisServer(client)) logger.warn({ kind }, message);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return {
    credentials: new RedisCredentialStore({ client }),
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
    counts: { kind: "redis", client },
    close: async () => client.disconnect(),
  };
}
