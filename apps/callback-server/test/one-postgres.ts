import { startPostgres } from "@rak-oauth/test-kit";

/** Starts one PostgreSQL for all test files; each makes databases of its own on it. */
export async function setup(): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  process.env["DATABASE_URL"] = postgres.url;
  return () => postgres.stop();
}
