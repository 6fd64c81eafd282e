import { CredentialService, defineOAuth2Config } from "@rak-oauth/core";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { startRedis } from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import type { Figure } from "../figure.js";
import { inBatches } from "./in-batches.js";
import { measuredKeys } from "./measured-store.js";
import { sampleCredentials, sampleKey } from "./sample-credentials.js";

const users = 1_000_000;
const cacheLimit = 10_000;
const batch = 1000;
/** Readings start when the cache has been full for long. */
const settledAfter = 100_000;

/**
 * How much the memory of this process grows while it reads the credentials of a million users, from
 * when its cache has long been full.
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
    let settled = 0;
    for (let from = 0; from < users; from += settledAfter) {
      await inBatches(settledAfter, batch, (offset) =>
        credentials.storeCredentials(sampleKey(from + offset), sampleCredentials()),
      );
      await inBatches(settledAfter, batch, (offset) =>
        tokens.getToken({ userId: `user-${from + offset}` }),
      );
      collect();
      const { heapUsed, external } = process.memoryUsage();
      const used = heapUsed + external;
      if (from === 0) settled = used;
      tell(`memory after ${from + settledAfter} users: ${toMebibytes(used)} MiB`);
      if (from + settledAfter === users) {
        return {
          name: "memory after a million users' reads",
          value: used / settled,
          unit: "×",
          target: { direction: "at most", value: 1.1 },
          detail: `${toMebibytes(used)} MiB live against ${toMebibytes(settled)} MiB after ${settledAfter}; ${cacheLimit} tokens cached`,
        };
      }
    }
    throw new Error("unreachable: the loop ends with the last user");
  } finally {
    await tokens.close();
    await client.quit();
    await server.stop();
  }
}

function toMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
