import { createHash } from "node:crypto";
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
  // The engine's advisory lock belongs to a session: there must be one only, and it must stay.
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
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  /** Runs a script as one message, and so as one transaction. */
  readonly runScript: (script: string) => Promise<void>;
}

/** Applies the packaged migrations over any driver adapter for PostgreSQL. */
export async function applyMigrations(options: ApplyMigrationsOptions): Promise<MigrateResult> {
  const migrations = await readMigrations();
  let adapter: SqlDriverAdapter;
  try {
    adapter = await options.factory.connect();
  } catch (error) {
    throw toStoreError(error);
  }
  try {
    const state = await readState(adapter);
    if (isUpToDate(state, migrations)) return { applied: [] };
    assertOurTables(state, migrations);
    return await runEngine(inOneTransaction(options, adapter), migrations);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    await adapter.dispose();
  }
}

async function runEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  migrations: readonly PackagedMigration[],
): Promise<MigrateResult> {
  const engine = await createSchemaEngine(factory);
  try {
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

/**
 * Hands the engine the connection we have. Prisma's adapter for pg cuts scripts at every semicolon
 * and runs the pieces one by one, so that a process killed in between would leave half a migration;
 * the one for PGlite does not wait for the script, nor hear that it failed.
 */
function inOneTransaction(
  options: ApplyMigrationsOptions,
  adapter: SqlDriverAdapter,
): SqlMigrationAwareDriverAdapterFactory {
  const { factory, runScript } = options;
  const connected: SqlDriverAdapter = {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query) => adapter.queryRaw(query),
    executeRaw: (query) => adapter.executeRaw(query),
    executeScript: runScript,
    startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
    ...(adapter.getConnectionInfo && {
      getConnectionInfo: adapter.getConnectionInfo.bind(adapter),
    }),
    dispose: async () => undefined,
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => connected,
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

interface MigrationState {
  /** Whether a table of ours exists. */
  readonly hasTables: boolean;
  /** Names and checksums of what `_prisma_migrations` calls finished. */
  readonly finished: ReadonlyMap<string, string>;
  /** Names of all it knows of and does not call rolled back. */
  readonly known: ReadonlySet<string>;
}

async function readState(adapter: SqlDriverAdapter): Promise<MigrationState> {
  const query = async (sql: string) =>
    (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows;
  const [[hasTables, hasMigrations] = []] = await query(
    `SELECT to_regclass('rak_oauth_credential') IS NOT NULL, to_regclass('_prisma_migrations') IS NOT NULL`,
  );
  const rows = hasMigrations
    ? await query(
        "SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations WHERE rolled_back_at IS NULL",
      )
    : [];
  return {
    hasTables: hasTables === true,
    finished: new Map(
      rows.filter((row) => row[2] === true).map((row) => [String(row[0]), String(row[1])]),
    ),
    known: new Set(rows.map((row) => String(row[0]))),
  };
}

/** Spares every ordinary start of a process the engine. */
function isUpToDate(state: MigrationState, migrations: readonly PackagedMigration[]): boolean {
  return migrations.every(({ name, script }) => {
    return state.finished.get(name) === createHash("sha256").update(script).digest("hex");
  });
}

/**
 * Stops before the engine would: it would record a failed migration, and that blocks the
 * application's own `prisma migrate deploy`.
 */
function assertOurTables(state: MigrationState, migrations: readonly PackagedMigration[]): void {
  if (state.hasTables && !migrations.some(({ name }) => state.known.has(name))) {
    throw new OAuth2Error(
      "store_misconfigured",
      "The rak_oauth tables exist already, and not by these migrations. If the models were copied into your own Prisma schema, migrate with `prisma migrate deploy` and leave this command out.",
    );
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
