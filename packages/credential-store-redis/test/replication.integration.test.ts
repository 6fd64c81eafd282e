import { type CredentialChange, StoreUnavailableError } from "@rak-oauth/core";
import { startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished, vi } from "vitest";
import { RedisCredentialStore, RedisSuspendedCallStore } from "../src/index.js";
import { startSentinel } from "./start-sentinel.js";
import { someCredential, someKey } from "./stored-credential.js";

it("says so when a credential is not on as many replicas as it should be", async () => {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  onTestFinished(async () => {
    client.disconnect();
    await server.stop();
  });
  const store = new RedisCredentialStore({
    client,
    replicasToWaitFor: 1,
    replicationTimeoutMs: 20,
  });
  const key = someKey();
  await expect(store.put(key, someCredential())).rejects.toThrow(StoreUnavailableError);
  await expect(store.put(key, someCredential())).rejects.toThrow(/replicas/);
  expect(await store.read(key), "it was written all the same").toBeDefined();
});

it("RT-09 gives nobody a call that is taken on fewer replicas than it should be", async () => {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  onTestFinished(async () => {
    client.disconnect();
    await server.stop();
  });
  const options = { client, replicasToWaitFor: 1, replicationTimeoutMs: 20 };
  const store = new RedisSuspendedCallStore(options);
  const id = "call";
  const sealed = { sealed: Buffer.from("sealed"), keyId: "test" };
  await store.open({ id, authRequestId: "a", key: someKey(), ...sealed }, { ttlMs: 60_000 });
  await expect(store.take(id)).rejects.toThrow(StoreUnavailableError);
  expect(await store.list("a")).toMatchObject([{ id, status: "taken" }]);
  expect(await new RedisSuspendedCallStore({ client }).take(id)).toBeUndefined();
});

it("ST-01 loses no lease and no commit to a failover by Sentinel", async () => {
  const config = { "repl-diskless-sync-delay": "0" };
  const primary = await startRedis({ config });
  const replica = await startRedis({
    config: { ...config, replicaof: `127.0.0.1 ${primary.port}` },
  });
  const sentinel = await startSentinel(primary);
  const client = new Redis({
    sentinels: [sentinel],
    name: "primary",
    maxRetriesPerRequest: 1,
    retryStrategy: () => 50,
    sentinelRetryStrategy: () => 50,
  });
  client.on("error", () => undefined);
  onTestFinished(async () => {
    client.disconnect();
    await Promise.all([sentinel.stop(), primary.stop(), replica.stop()]);
  });
  const sentinelClient = new Redis(sentinel);
  sentinelClient.on("error", () => undefined);
  onTestFinished(() => sentinelClient.disconnect());
  await vi.waitFor(
    async () => {
      const replicas = await sentinelClient.call("SENTINEL", "REPLICAS", "primary");
      expect(JSON.stringify(replicas)).toContain('"master-link-status","ok"');
    },
    { timeout: 30_000, interval: 200 },
  );

  const key = someKey();
  const credential = someCredential();
  const replicated = new RedisCredentialStore({ client, replicasToWaitFor: 1 });
  await vi.waitFor(() => replicated.put(key, credential), { timeout: 30_000 });
  const store = new RedisCredentialStore({ client });
  const changes: CredentialChange[] = [];
  const stop = await store.watch((change) => changes.push(change));
  onTestFinished(stop);
  const { fingerprint } = credential;
  const leased = await store.acquireLease(key, { fingerprint, leaseMs: 60_000 });
  if (!leased) return expect.unreachable("the lease is free");
  await client.wait(1, 5_000);

  await primary.kill();
  const next = someCredential();
  await expect(store.commit(leased, next)).rejects.toThrow(StoreUnavailableError);
  await vi.waitFor(async () => expect(await store.commit(leased, next)).toBe(true), {
    timeout: 30_000,
    interval: 100,
  });
  expect(await store.read(key)).toMatchObject({ fingerprint: next.fingerprint, epoch: 1 });
  await vi.waitFor(() => expect(changes).toContainEqual({ kind: "reset" }), { timeout: 10_000 });
}, 120_000);
