import { PrismaPg } from "@prisma/adapter-pg";
import { type Postgres, startPostgres } from "@rak-oauth/test-kit";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { migrate } from "../src/index.js";
import { PrismaClient } from "./generated/client.js";

/** Starts one PostgreSQL for a test file; its database has the tables. */
export function usePostgres(options: { readonly private?: boolean } = {}): () => Postgres {
  let postgres: Postgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres({ ignoreEnvironment: options.private ?? false });
    await migrate({ connectionString: postgres.url });
  });
  afterAll(async () => {
    await postgres?.stop();
  });
  return () => {
    if (postgres === undefined) throw new Error("PostgreSQL is started before the tests only.");
    return postgres;
  };
}

/** Runs one statement on a connection of its own. */
export async function runSql(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** The client that `prisma generate` makes of the packaged schema. */
export function createPrismaClient(url: string): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
}
