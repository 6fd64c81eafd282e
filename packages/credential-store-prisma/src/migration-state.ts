import { createHash } from "node:crypto";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import { OAuth2Error } from "@rak-oauth/core";
import type { PackagedMigration } from "./migration-engine.js";

/** What a database says of the migrations it has seen. */
export interface MigrationState {
  /** Whether a table of ours exists. */
  readonly hasTables: boolean;
  /** Checksums of what `_prisma_migrations` calls finished, by name. */
  readonly finished: ReadonlyMap<string, string>;
  /** Names of those begun, and neither finished nor rolled back. */
  readonly unfinished: ReadonlySet<string>;
}

/** Reads the state over the connection of a driver adapter. */
export async function readMigrationState(adapter: SqlDriverAdapter): Promise<MigrationState> {
  const query = async (sql: string) =>
    (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows;
  const [[hasTables, hasMigrations] = []] = await query(
    `SELECT to_regclass('rak_oauth_credential') IS NOT NULL
       OR to_regclass('rak_oauth_pending_authorization') IS NOT NULL,
     to_regclass('_prisma_migrations') IS NOT NULL`,
  );
  const rows =
    hasMigrations === true
      ? await query(
          "SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations WHERE rolled_back_at IS NULL",
        )
      : [];
  const finished = rows.filter((row) => row[2] === true);
  const unfinished = rows.filter((row) => row[2] !== true);
  return {
    hasTables: hasTables === true,
    finished: new Map(finished.map((row) => [String(row[0]), String(row[1])])),
    unfinished: new Set(unfinished.map((row) => String(row[0]))),
  };
}

/** Whether the database has all of these migrations, unchanged. */
export function isUpToDate(
  state: MigrationState,
  migrations: readonly PackagedMigration[],
): boolean {
  return migrations.every(({ name, script }) => {
    return state.finished.get(name) === createHash("sha256").update(script).digest("hex");
  });
}

/**
 * Stops before the engine would: it would record a failed migration, and that blocks the
 * application's own `prisma migrate deploy`.
 *
 * @throws OAuth2Error with code `store_misconfigured`
 */
export function assertOwnTables(
  state: MigrationState,
  migrations: readonly PackagedMigration[],
): void {
  const known = migrations.some(
    ({ name }) => state.finished.has(name) || state.unfinished.has(name),
  );
  if (state.hasTables && !known) {
    throw new OAuth2Error(
      "store_misconfigured",
      "The rak_oauth tables exist already, and not by these migrations. If the models were copied into your own Prisma schema, migrate with `prisma migrate deploy` and leave this command out.",
    );
  }
}
