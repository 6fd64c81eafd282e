import { PrismaPg } from "@prisma/adapter-pg";
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import { OAuth2Error } from "@rak-oauth/core";
import { Pool } from "pg";
import { assertConnectionString } from "./connection-string.js";
import {
  createSchemaEngine,
  type PackagedMigration,
  readMigrations,
  toMigrationList,
} from "./migration-engine.js";
import { assertOwnTables, isUpToDate, readMigrationState } from "./migration-state.js";
import { singleConnection } from "./single-connection.js";
import { toStoreError } from "./store-error.js";

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** The database, as `postgresql://user:password@host:port/database`. */
  readonly connectionString: string;
}

/** What {@link migrate} did. */
export interface MigrateResult {
  /** Names of the migrations just applied; empty when the database was up to date. */
  readonly applied: readonly string[];
}

/**
 * Makes or updates this package's tables, through Prisma's own schema engine and its ordinary
 * `_prisma_migrations` table, so that `prisma migrate deploy` agrees with the outcome. Any number of
 * processes may call it at once: one works, the others wait and find it done.
 *
 * @throws StoreUnavailableError when the database cannot be reached
 * @throws OAuth2Error with code `store_misconfigured`, saying how to mend it
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  assertConnectionString(options.connectionString);
  const { connectionString } = options;
  const pool = new Pool({ connectionString, max: 1, idleTimeoutMillis: 0 });
  try {
    return await applyMigrations({
      factory: new PrismaPg(pool),
      runScript: async (script) => {
        await pool.query(script);
      },
    });
  } finally {
    await pool.end();
  }
}

/** Options of {@link applyMigrations}. */
export interface ApplyMigrationsOptions {
  /** Gives one connection, always the same: the lock of a migration belongs to its session. */
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  /** Runs a script as one message, and so as one transaction. */
  readonly runScript: (script: string) => Promise<void>;
}

/**
 * Applies the packaged migrations over a driver adapter for PostgreSQL. The lock ends with the
 * session, so the caller closes it.
 */
export async function applyMigrations(options: ApplyMigrationsOptions): Promise<MigrateResult> {
  const migrations = await readMigrations();
  try {
    const adapter = await options.factory.connect();
    // Spares every ordinary start of a process the lock and the engine.
    if (isUpToDate(await readMigrationState(adapter), migrations)) return { applied: [] };
    await execute(adapter, engineLock);
    const state = await readMigrationState(adapter);
    assertOwnTables(state, migrations);
    await execute(adapter, createMigrationsTable);
    return await runEngine(singleConnection({ ...options, adapter }), migrations, state.unfinished);
  } catch (error) {
    throw toStoreError(error);
  }
}

/** The lock that Prisma's engine takes too; a session may take it twice. */
const engineLock = "SELECT pg_advisory_lock(72707369)";

/** As the engine makes it; without it, the engine refuses a database that holds other tables. */
const createMigrationsTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

async function execute(adapter: SqlDriverAdapter, sql: string): Promise<void> {
  await adapter.executeRaw({ sql, args: [], argTypes: [] });
}

async function runEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  migrations: readonly PackagedMigration[],
  unfinished: ReadonlySet<string>,
): Promise<MigrateResult> {
  const engine = await createSchemaEngine(factory);
  try {
    // A script is one transaction, so one that failed, or whose process was killed, left nothing.
    for (const { name } of migrations) {
      if (unfinished.has(name)) await engine.markMigrationRolledBack({ migrationName: name });
    }
    const output = await engine.applyMigrations({
      migrationsList: toMigrationList(migrations),
      filters: { externalTables: [], externalEnums: [] },
    });
    return { applied: output.appliedMigrationNames };
  } catch (error) {
    throw engineError(error);
  } finally {
    engine.free();
  }
}

/** The engine's errors carry a code (P3009 …) and a message that may be long. */
function engineError(error: unknown): OAuth2Error {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const said = String(message).replaceAll(/\s+/g, " ").trim().slice(0, 600);
  return new OAuth2Error(
    "store_misconfigured",
    `Prisma's schema engine refused to migrate${typeof code === "string" ? ` (${code})` : ""}: ${said}`,
  );
}
