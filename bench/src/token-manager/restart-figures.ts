import { CredentialService, parseKeyring } from "@rak-oauth/core";
import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";
import { atMost, type Figure, type Size } from "../figure.js";
import { inBatches } from "../stores/in-batches.js";
import { freshGrant, type Surroundings } from "./contender.js";
import { countOperations, OperationCounts } from "./counting-store.js";
import { credentialsOf, ourConfig } from "./our-contenders.js";
import type { TokenServer } from "./token-server.js";

const userCounts = { full: 100_000, quick: 5_000 } as const satisfies Record<Size, number>;
/** Users that ask at once. */
const atOnce = 100;

/** Measures what a process that starts with many active users asks of the store. */
export async function measureRestart(
  server: TokenServer,
  surroundings: Surroundings,
  size: Size,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  const users = userCounts[size];
  const redis = new Redis(surroundings.redisUrl ?? "");
  const keys = parseKeyring(surroundings.keyring);
  const store = new RedisCredentialStore({ client: redis });
  const before = new CredentialService({ store, keys });
  const config = ourConfig(surroundings.tokenUrl);
  const nameOf = (index: number) => `restart-user-${index}`;
  tell(`restart: filling ${users} credentials`);
  await inBatches(users, 500, (index) =>
    before.storeCredentials(
      { provider: config.provider, userId: nameOf(index) },
      credentialsOf(freshGrant(nameOf(index))),
    ),
  );
  const counts = new OperationCounts();
  const credentials = new CredentialService({ store: countOperations(store, counts), keys });
  const tokens = new TokenManager({ config, credentials });
  try {
    tell(`restart: first token of ${users} users`);
    await redis.config("RESETSTAT");
    await server.load();
    const began = performance.now();
    await inBatches(users, atOnce, (index) => tokens.getToken({ userId: nameOf(index) }));
    const seconds = (performance.now() - began) / 1000;
    const commands = await commandCounts(redis);
    const { requests } = await server.load();
    return [
      {
        name: `restart with ${users.toLocaleString("en")} users: store reads a first token`,
        value: (counts.reads + counts.others) / users,
        unit: "",
        target: atMost(1),
        detail: `${counts.reads} reads, ${counts.others} other operations, ${requests} token requests; ${(users / seconds).toFixed(0)} users a second; Redis saw ${commands}`,
      },
    ];
  } finally {
    await tokens.close();
    redis.disconnect();
  }
}

async function commandCounts(redis: Redis): Promise<string> {
  const info = await redis.info("commandstats");
  return [...info.matchAll(/^cmdstat_(?!config|info)([\w|]+):calls=(\d+)/gm)]
    .map(([, command, calls]) => `${calls} ${command}`)
    .join(", ");
}
