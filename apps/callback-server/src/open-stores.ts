import type { CredentialStore, PendingAuthorizationStore } from "@rak-oauth/core";
import { migrate, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import {
  checkRedisServer,
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Storage } from "./read-settings.js";

/** Both stores, and what has to be closed with them. */
export interface OpenStores {
  readonly credentials: CredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
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
    case "postgres": {
      const { connectionString } = storage;
      const { applied } = await migrate({ connectionString });
      if (applied.length > 0) logger.info({ applied }, "the database was migrated");
      return openPostgresStores({ connectionString });
    }
    case "redis":
      return openRedisStores(storage.url, logger);
    case "embedded": {
      // Loaded on demand: PGlite takes memory and time that the others need not pay for.
      const { openEmbeddedStores } = await import("@rak-oauth/credential-store-prisma/embedded");
      return openEmbeddedStores({ folder: storage.folder });
    }
  }
}

async function openRedisStores(url: string, logger: Logger): Promise<OpenStores> {
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
    close: async () => client.disconnect(),
  };
}
