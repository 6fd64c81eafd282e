import { migrate } from "@rak-oauth/credential-store-prisma";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";

/** A private store server. */
export interface BenchStore {
  readonly redisUrl?: string | undefined;
  readonly postgresUrl?: string | undefined;
  stop(): Promise<void>;
}

export async function startBenchRedis(): Promise<BenchStore> {
  const server = await startRedis({ ignoreEnvironment: true });
  return { redisUrl: server.url, stop: () => server.stop() };
}

/** Durable, as a database that keeps refresh tokens has to be. */
export async function startBenchPostgres(): Promise<BenchStore> {
  const server = await startPostgres({ durable: true, ignoreEnvironment: true });
  await migrate({ connectionString: server.url });
  return { postgresUrl: server.url, stop: () => server.stop() };
}
