import { startPostgres } from "@rak-oauth/test-kit";

export async function setup(): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  process.env["DATABASE_URL"] = postgres.url;
  return () => postgres.stop();
}
