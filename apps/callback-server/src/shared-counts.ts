import { StoreUnavailableError } from "@rak-oauth/core";
import type { Redis } from "ioredis";
import type { Pool } from "pg";
import type { Logger } from "pino";
import {
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterStoreAbstract,
} from "rate-limiter-flexible";

/** Where processes count together what clients do. */
export type SharedCounts =
  | { readonly kind: "redis"; readonly client: Redis }
  | { readonly kind: "postgres"; readonly pool: Pool };

/** Options of {@link countTogether}. */
export interface CountTogetherOptions {
  /** What is counted. */
  readonly name: string;
  /** How often a key may come before it is refused. */
  readonly points: number;
  /** How long a count lasts, in seconds from the first. */
  readonly seconds: number;
}

const table = "rak_oauth_rate_limit";
const rights = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** A count that all processes share. It fails while the database is away. */
export function countTogether(
  shared: SharedCounts,
  { name, points, seconds }: CountTogetherOptions,
): RateLimiterStoreAbstract {
  const options = {
    keyPrefix: `rak-oauth:${name}`,
    points,
    duration: seconds,
    // Whoever was refused once is refused without asking again.
    inMemoryBlockOnConsumed: points + 1,
  };
  return shared.kind === "redis"
    ? new RateLimiterRedis({ ...options, storeClient: shared.client, rejectIfRedisNotReady: true })
    : new RateLimiterPostgres({
        ...options,
        storeClient: shared.pool,
        storeType: "pool",
        tableName: table,
        tableCreated: true,
      });
}

/**
 * Connections to count by, apart from those of the stores: a flood must not take these away. Nothing,
 * and a warning, where the table cannot be used.
 */
export async function openPostgresCounts(
  connectionString: string,
  logger: Logger,
): Promise<Pool | undefined> {
  const { Pool } = await import("pg");
  const pool = new Pool({
    connectionString,
    max: 2,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  // The pool drops a broken idle connection by itself; unheard, its error would end the process.
  pool.on("error", () => undefined);
  try {
    const checks = rights.map((right) => `has_table_privilege(found, '${right}')`).join(" AND ");
    const { rows } = await pool.query<{ readonly usable: boolean | null }>(
      `SELECT ${checks} AS usable FROM to_regclass('${table}') AS found`,
    );
    if (rows[0]?.usable === true) return pool;
  } catch (error) {
    await pool.end();
    throw new StoreUnavailableError(
      "The database could not be asked for the table of rate limits. Start the server again.",
      { cause: error },
    );
  }
  await pool.end();
  logger.warn(
    `Each instance counts requests alone, for the table ${table} is missing or may not be used. Run as its owner: GRANT ${rights.join(", ")} ON ${table} TO the role of this server. Then start it again.`,
  );
  return undefined;
}
