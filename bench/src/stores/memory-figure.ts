import { setImmediate } from "node:timers/promises";
import { CredentialService, defineOAuth2Config } from "@rak-oauth/core";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { startRedis } from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import type { Figure } from "../figure.js";
import { median } from "../statistics.js";
import { inBatches } from "./in-batches.js";
import { measuredKeys } from "./measured-store.js";
import { sampleCredentials, sampleKey } from "./sample-credentials.js";

const users = 1_000_000;
const cacheLimit = 10_000;
const batch = 1000;
/** Users between two readings. */
const step = 100_000;

/**
 * How much the memory of this process grows while it reads the credentials of a million users: the
 * second half against the first, in both of which the cache is full.
 */
export async function measureMemory(tell: (line: string) => void): Promise<Figure> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("Memory needs node --expose-gc.");
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  const credentials = new CredentialService({
    store: new RedisCredentialStore({ client }),
    keys: measuredKeys,
  });
  const config = defineOAuth2Config({
    provider: "google",
    clientId: "bench",
    authUrl: "https://as.example/authorize",
    tokenUrl: "https://as.example/token",
  });
  const tokens = new TokenManager({ config, credentials, maximumCachedTokens: cacheLimit });
  try {
    const readings: number[] = [];
    for (let from = 0; from < users; from += step) {
      await inBatches(step, batch, (offset) =>
        credentials.storeCredentials(sampleKey(from + offset), sampleCredentials()),
      );
      await inBatches(step, batch, (offset) =>
        tokens.getToken({ userId: `user-${from + offset}` }),
      );
      collect();
      // What was freed by finalizers is counted only after a turn of the event loop.
      await setImmediate();
      collect();
      const { heapUsed, external } = process.memoryUsage();
      readings.push((heapUsed + external) / 2 ** 20);
      tell(`memory after ${from + step} users: ${readings.at(-1)?.toFixed(1)} MiB`);
    }
    const half = readings.length / 2;
    const first = median(readings.slice(0, half));
    const second = median(readings.slice(half));
    return {
      name: "memory after a million users' reads",
      value: second / first,
      unit: "×",
      target: { direction: "at most", value: 1.1 },
      detail: `${second.toFixed(0)} MiB live in the second half against ${first.toFixed(0)} MiB in the first; ${cacheLimit} tokens cached`,
    };
  } finally {
    await tokens.close();
    await client.quit();
    await server.stop();
  }
}
