// Writes formats/<number>: what this version stores. Run it once, when a release has a new format.
import { mkdir, writeFile } from "node:fs/promises";
import { migrate, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
  RedisSuspendedCallStore,
} from "@rak-oauth/credential-store-redis";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { takePostgresSnapshot } from "./postgres-snapshot.js";
import { takeRedisSnapshot } from "./redis-snapshot.js";
import { storeOfEverything } from "./stored-world.js";

const format = process.argv[2];
if (!format || !/^\d+$/.test(format)) {
  throw new Error("Name the format: npx -y pnpm@12.21.0 write-format 2");
}
const folder = new URL(`../formats/${format}/`, import.meta.url);
// Fails where the format is there already: what a release wrote does not change.
await mkdir(folder);

const postgres = await startPostgres({ ignoreEnvironment: true });
await migrate({ connectionString: postgres.url });
const stores = openPostgresStores({ connectionString: postgres.url });
await write("postgresql", {
  started: await storeOfEverything(stores),
  rows: await takePostgresSnapshot(postgres.url),
});
await stores.close();
await postgres.stop();

const redis = await startRedis({ ignoreEnvironment: true });
const client = new Redis(redis.url);
await write("redis", {
  started: await storeOfEverything({
    credentials: new RedisCredentialStore({ client }),
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
    suspendedCalls: new RedisSuspendedCallStore({ client }),
  }),
  entries: await takeRedisSnapshot(client, "rak-oauth:"),
});
client.disconnect();
await redis.stop();

async function write(database: string, content: unknown): Promise<void> {
  await writeFile(new URL(`${database}.json`, folder), `${JSON.stringify(content, null, 2)}\n`);
}
