import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { root } from "./installed-project.js";

/** Rows of each table, as PostgreSQL writes them in JSON. */
export type PostgresSnapshot = Readonly<Record<string, readonly Record<string, unknown>[]>>;

const history = "_prisma_migrations";

/** All rows of all tables, also the history of the tables themselves. */
export async function takePostgresSnapshot(url: string): Promise<PostgresSnapshot> {
  return withClient(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    const snapshot: Record<string, Record<string, unknown>[]> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query(`SELECT to_jsonb(t) AS row FROM "${name}" t`);
      snapshot[name] = rows.map(({ row }) => row);
    }
    return snapshot;
  });
}

/** Makes the tables as they were when the snapshot was taken, in an empty database, and fills them. */
export async function restorePostgresSnapshot(
  url: string,
  snapshot: PostgresSnapshot,
): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`CREATE TABLE ${history} (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
      migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
    const applied = (snapshot[history] ?? []).map((row) => String(row["migration_name"])).sort();
    const migrations = join(root, "packages/credential-store-prisma/prisma/migrations");
    for (const name of applied) {
      await client.query(await readFile(join(migrations, name, "migration.sql"), "utf8"));
    }
    for (const [table, rows] of Object.entries(snapshot)) {
      await client.query(
        `INSERT INTO "${table}" SELECT * FROM jsonb_populate_recordset(NULL::"${table}", $1)`,
        [JSON.stringify(rows)],
      );
    }
  });
}

async function withClient<Result>(
  url: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
