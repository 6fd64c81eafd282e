import { setTimeout as delay } from "node:timers/promises";
import { CredentialService, parseKeyring } from "@rak-oauth/core";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import { atMost, type Figure, type Size } from "../figure.js";
import { median } from "../statistics.js";
import { inBatches } from "../stores/in-batches.js";
import { expiredGrant, type Surroundings } from "./contender.js";
import { liveMemoryMiB } from "./live-memory.js";
import { credentialsOf, ourConfig } from "./our-contenders.js";
import type { TokenServer } from "./token-server.js";

/** Token requests that the issuer takes at once. */
const issuerCap = 100;

/** So many users' tokens expire within so many seconds. */
interface Wave {
  readonly users: number;
  readonly seconds: number;
}

/** One that asks for more than two cores refresh in a minute, and one that does not. */
const waves = {
  full: [
    { users: 100_000, seconds: 60 },
    { users: 50_000, seconds: 60 },
  ],
  quick: [{ users: 5_000, seconds: 6 }],
} as const satisfies Record<Size, readonly Wave[]>;

/** Few, for each stops the process for a while. */
const readings = 10;
/** A process that cannot keep up serves late, and its callers are patient. */
const waitTimeoutMs = 180_000;

/**
 * Measures waves of expiries: every user's token expires at another moment of a minute, and at that
 * moment the user's agent asks for one. The first has targets; the others show what a machine that
 * keeps up would see.
 */
export async function measureExpiryWaves(
  server: TokenServer,
  surroundings: Surroundings,
  size: Size,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const wave of waves[size]) {
    const measured = await measureWave(server, surroundings, wave, tell);
    const isFirst = figures.length === 0;
    figures.push(...(isFirst ? measured : measured.map(({ target: _, ...figure }) => figure)));
  }
  return figures;
}

async function measureWave(
  server: TokenServer,
  surroundings: Surroundings,
  { users, seconds }: Wave,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  const redis = new Redis(surroundings.redisUrl ?? "");
  const credentials = new CredentialService({
    store: new RedisCredentialStore({ client: redis }),
    keys: parseKeyring(surroundings.keyring),
  });
  const config = ourConfig(surroundings.tokenUrl);
  const tokens = new TokenManager({
    config,
    credentials,
    maximumConcurrentRequests: issuerCap,
    waitTimeoutMs,
  });
  const nameOf = (index: number) => `wave-of-${users}-user-${index}`;
  try {
    tell(`wave: filling ${users} credentials`);
    await inBatches(users, 500, (index) =>
      credentials.storeCredentials(
        { provider: config.provider, userId: nameOf(index) },
        credentialsOf(expiredGrant(nameOf(index))),
      ),
    );
    tell(`wave: ${users} users within ${seconds} s`);
    await server.load();
    const memory: number[] = [];
    const count = { asked: 0, served: 0, failed: 0, longestWaitMs: 0 };
    const began = performance.now();
    while (count.served + count.failed < users) {
      const progress = (performance.now() - began) / (seconds * 1000);
      const due = Math.min(users, Math.floor(progress * users));
      for (; count.asked < due; count.asked += 1) {
        const askedAt = performance.now();
        tokens.getToken({ userId: nameOf(count.asked) }).then(
          () => {
            count.served += 1;
            count.longestWaitMs = Math.max(count.longestWaitMs, performance.now() - askedAt);
          },
          () => {
            count.failed += 1;
          },
        );
      }
      if (count.served + count.failed >= ((memory.length + 1) * users) / (readings + 1)) {
        memory.push(await liveMemoryMiB());
      }
      await delay(10);
    }
    const tookSeconds = (performance.now() - began) / 1000;
    const load = await server.load();
    const first = median(memory.slice(0, memory.length / 2));
    const second = median(memory.slice(memory.length / 2));
    const label = `${users.toLocaleString("en")} tokens expire within ${seconds} s`;
    return [
      {
        name: `${label}: callers failed`,
        value: count.failed,
        unit: "",
        target: atMost(0),
        detail: `${load.requests} token requests, ${load.dead} families dead`,
      },
      {
        name: `${label}: highest concurrency`,
        value: load.highest,
        unit: "",
        target: atMost(issuerCap),
        detail: "token requests in flight at once, as the server saw them",
      },
      {
        name: `${label}: memory`,
        value: second / first,
        unit: "×",
        target: atMost(1.1),
        detail: `${second.toFixed(0)} MiB live in the second half against ${first.toFixed(0)} MiB in the first`,
      },
      {
        name: `${label}: until the last was served`,
        value: tookSeconds / seconds,
        unit: "×",
        detail: `${tookSeconds.toFixed(1)} s against ${seconds} s that the wave lasts; ${(users / tookSeconds).toFixed(0)} refreshes a second; the longest wait ${(count.longestWaitMs / 1000).toFixed(1)} s`,
      },
    ];
  } finally {
    await tokens.close();
    redis.disconnect();
  }
}
