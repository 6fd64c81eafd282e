import { CredentialService } from "@rak-oauth/core";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { inBatches } from "./in-batches.js";
import { fill, type MeasuredStore, measuredKeys, recordCount } from "./measured-store.js";
import { sampleJson } from "./sample-credentials.js";

/** Starts a private Redis with as many credentials, and as many plain values for the floor. */
export async function measureRedis(): Promise<MeasuredStore> {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  const store = new RedisCredentialStore({ client });
  const credentials = new CredentialService({ store, keys: measuredKeys });
  const before = await usedMemory(client);
  await fill(credentials);
  const bytes = (await usedMemory(client)) - before;
  await inBatches(recordCount, 500, (index) => client.set(`floor:${index}`, sampleJson));
  return {
    name: "Redis",
    store,
    credentials,
    readFloor: (index) => client.get(`floor:${index}`),
    bytesAtRest: async () => ({
      bytes: bytes / recordCount,
      detail: "growth of used_memory_dataset a credential, indexes included",
    }),
    stop: async () => {
      await client.quit();
      await server.stop();
    },
  };
}

async function usedMemory(client: Redis): Promise<number> {
  const info = await client.info("memory");
  return Number(/^used_memory_dataset:(\d+)/m.exec(info)?.[1]);
}
