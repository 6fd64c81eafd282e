import type { CredentialKey } from "@rak-oauth/core";
import { startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { RedisCredentialStore } from "../src/index.js";
import { someCredential, someKey } from "./stored-credential.js";

const hour = 3_600_000;
const claim = { provider: "example", limit: 1_000, claimMs: hour };

async function start(): Promise<{ client: Redis; store: RedisCredentialStore }> {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  onTestFinished(async () => {
    client.disconnect();
    await server.stop();
  });
  return { client, store: new RedisCredentialStore({ client }) };
}

/** Stores credentials of one owner, and so of one shard, whose refreshes were begun and given up. */
async function storeOrphans(
  store: RedisCredentialStore,
  count: number,
): Promise<readonly CredentialKey[]> {
  const owner = someKey();
  const keys = Array.from({ length: count }, (_, n) => ({ ...owner, account: `account-${n}` }));
  await Promise.all(
    keys.map(async (key) => {
      const credential = someCredential();
      await store.put(key, credential);
      const { fingerprint } = credential;
      await store.acquireLease(key, { fingerprint, leaseMs: -hour });
    }),
  );
  return keys;
}

it("keeps no more sets for claims than three a provider and shard, and none for what is gone", async () => {
  const { client, store } = await start();
  const keys = await storeOrphans(store, 30);
  const setsOfClaims = async () => (await client.keys("*:[ouw]:*")).length;
  expect(await setsOfClaims()).toBe(2);
  expect(await store.claimOrphans({ ...claim, limit: 10 })).toHaveLength(10);
  expect(await setsOfClaims()).toBe(3);
  const [first, second, ...others] = keys;
  await store.delete(first ?? someKey());
  await store.revoke(second ?? someKey());
  await store.deleteAll(others[0] ?? someKey());
  expect(await client.keys("*")).toEqual([]);
});

it("gives all that ended at once, over several claims where it was much", async () => {
  const { store } = await start();
  const keys = await storeOrphans(store, 200);
  expect(await store.claimOrphans({ ...claim, claimMs: -hour })).toHaveLength(200);
  const found = new Set<string | undefined>();
  for (;;) {
    const claimed = await store.claimOrphans(claim);
    if (claimed.length === 0) break;
    for (const key of claimed) found.add(key.account);
  }
  expect(found).toEqual(new Set(keys.map((key) => key.account)));
});

it("claims on over records that the server evicted", async () => {
  const { client, store } = await start();
  await storeOrphans(store, 3);
  const [evicted = ""] = await client.keys("*:c:*");
  await client.del(evicted);
  await store.claimOrphans({ ...claim, claimMs: -hour });
  expect(await store.claimOrphans(claim)).toHaveLength(2);
});
