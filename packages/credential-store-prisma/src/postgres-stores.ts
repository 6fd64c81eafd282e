import type {
  CredentialStore,
  PendingAuthorizationStore,
  SuspendedCallStore,
} from "@rak-oauth/core";
import { Pool } from "pg";
import { assertConnectionString } from "./connection-string.js";
import { PostgresChangeFeed } from "./postgres-change-feed.js";
import { PrismaCredentialStore } from "./prisma-credential-store.js";
import { PrismaPendingAuthorizationStore } from "./prisma-pending-authorization-store.js";
import { PrismaSuspendedCallStore } from "./prisma-suspended-call-store.js";
import type { RawQueryClient } from "./raw-query-client.js";

/** A server that is frozen or out of reach is given up after this; its connection is dropped. */
const answerTimeoutMs = 10_000;

/** All stores of one database, with the connections they share. */
export interface OpenStores {
  readonly credentials: CredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  readonly suspendedCalls: SuspendedCallStore;
  /** Ends all connections; nothing can be asked of the stores any more. */
  close(): Promise<void>;
}

/** Options of {@link openPostgresStores}. */
export interface OpenPostgresStoresOptions {
  /** The database, as `postgresql://user:password@host:port/database`. */
  readonly connectionString: string;
  /** @defaultValue 10 */
  readonly maximumConnections?: number | undefined;
}

/**
 * All stores on a connection pool of their own, for programs that have no `PrismaClient`. It
 * connects on first use; {@link migrate} makes the tables.
 *
 * @throws ConfigurationError when the connection string is none
 */
export function openPostgresStores(options: OpenPostgresStoresOptions): OpenStores {
  const { connectionString, maximumConnections = 10 } = options;
  assertConnectionString(connectionString);
  const pool = new Pool({
    connectionString,
    max: maximumConnections,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
  });
  // The pool drops a broken idle connection by itself; unheard, its error would end the process.
  pool.on("error", () => undefined);
  const client: RawQueryClient = {
    $queryRawUnsafe: async (text, ...values) => (await pool.query(text, values)).rows,
  };
  const changes = new PostgresChangeFeed({ connectionString });
  return {
    credentials: new PrismaCredentialStore({ client, changes }),
    pendingAuthorizations: new PrismaPendingAuthorizationStore({ client, changes }),
    suspendedCalls: new PrismaSuspendedCallStore({ client }),
    async close() {
      await changes.close();
      await pool.end();
    },
  };
}
