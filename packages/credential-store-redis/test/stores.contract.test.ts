import { randomUUID } from "node:crypto";
import {
  describeCredentialStore,
  describeCredentialStoreModel,
  describePendingAuthorizationStore,
  describeSuspendedCallStore,
} from "@rak-oauth/core/testing";
import { startRedis, startRedisCluster } from "@rak-oauth/test-kit";
import { Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, describe } from "vitest";
import {
  type RedisClient,
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
  RedisSuspendedCallStore,
} from "../src/index.js";

const startTimeoutMs = 120_000;
const keyPrefix = `test-${randomUUID()}:`;

interface Running {
  readonly client: RedisClient;
  stop(): Promise<void>;
}

function describeStores(where: string, start: () => Promise<Running>): void {
  describe(where, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start();
    }, startTimeoutMs);
    afterAll(async () => {
      running.client.disconnect();
      await running.stop();
    });

    describeCredentialStore("RedisCredentialStore", {
      createStore: () => new RedisCredentialStore({ client: running.client, keyPrefix }),
    });
    describeCredentialStoreModel("RedisCredentialStore", {
      createClient: () => new RedisCredentialStore({ client: running.client, keyPrefix }),
      runs: 25,
    });
    describePendingAuthorizationStore("RedisPendingAuthorizationStore", {
      createStore: () => new RedisPendingAuthorizationStore({ client: running.client, keyPrefix }),
    });
    describeSuspendedCallStore("RedisSuspendedCallStore", {
      createStore: () => new RedisSuspendedCallStore({ client: running.client, keyPrefix }),
    });
  });
}

describeStores("on one server", async () => {
  const server = await startRedis();
  return { client: new Redis(server.url), stop: () => server.stop() };
});

describeStores("on a client that pipelines by itself and prefixes keys", async () => {
  const server = await startRedis();
  const client = new Redis(server.url, { enableAutoPipelining: true, keyPrefix: "app:" });
  return { client, stop: () => server.stop() };
});

describeStores("on a cluster of three nodes", async () => {
  const cluster = await startRedisCluster();
  return { client: new Cluster([...cluster.nodes]), stop: () => cluster.stop() };
});
