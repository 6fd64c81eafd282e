import type { Storage } from "@rak-oauth/environment";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { onTestFinished } from "vitest";

/** Databases that processes can share, each with what starts a new one for a test. */
export const sharedDatabases: readonly (readonly [string, () => Promise<Storage>])[] = [
  [
    "Redis",
    async () => {
      const redis = await startRedis({ ignoreEnvironment: true });
      onTestFinished(() => redis.stop());
      return { kind: "redis", url: redis.url };
    },
  ],
  [
    "PostgreSQL",
    async () => {
      const postgres = await startPostgres();
      onTestFinished(() => postgres.stop());
      return { kind: "postgres", connectionString: postgres.url };
    },
  ],
];
