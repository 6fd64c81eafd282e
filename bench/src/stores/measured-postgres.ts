import { CredentialService } from "@rak-oauth/core";
import { migrate, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { startPostgres } from "@rak-oauth/test-kit";
import { Pool } from "pg";
import { inBatches } from "./in-batches.js";
import { fill, type MeasuredStore, measuredKeys, recordCount } from "./measured-store.js";
import { sampleJson } from "./sample-credentials.js";

const maximumConnections = 10;

/** Starts a private, durable PostgreSQL with as many credentials, and a plain table for the floor. */
export async function measurePostgres(): Promise<MeasuredStore & { readonly pool: Pool }> {
  const server = await startPostgres({ durable: true, ignoreEnvironment: true });
  const connectionString = server.url;
  await migrate({ connectionString });
  const stores = openPostgresStores({ connectionString, maximumConnections });
  const pool = new Pool({ connectionString, max: maximumConnections });
  const credentials = new CredentialService({ store: stores.credentials, keys: measuredKeys });
  await fill(credentials);
  await pool.query("CREATE TABLE floor (id text PRIMARY KEY, value text NOT NULL)");
  await inBatches(recordCount, 500, (index) =>
    pool.query("INSERT INTO floor VALUES ($1, $2)", [`user-${index}`, sampleJson]),
  );
  await pool.query("VACUUM ANALYZE");
  return {
    name: "PostgreSQL",
    store: stores.credentials,
    credentials,
    pool,
    readFloor: (index) => pool.query("SELECT value FROM floor WHERE id = $1", [`user-${index}`]),
    bytesAtRest: async () => {
      const { rows } = await pool.query<{ readonly table: string; readonly indexes: string }>(
        `SELECT pg_table_size('rak_oauth_credential') AS table,
                pg_indexes_size('rak_oauth_credential') AS indexes`,
      );
      const indexes = Number(rows[0]?.indexes) / recordCount;
      return {
        bytes: Number(rows[0]?.table) / recordCount,
        detail: `table with TOAST a credential; its indexes take ${indexes.toFixed(0)} bytes more`,
      };
    },
    stop: async () => {
      await stores.close();
      await pool.end();
      await server.stop();
    },
  };
}
