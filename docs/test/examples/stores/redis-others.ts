import { RedisCredentialStore } from "@rak-oauth/credential-store-redis";
import { Cluster, Redis } from "ioredis";

// A cluster.
const inCluster = new RedisCredentialStore({
  client: new Cluster([{ host: "redis-1.internal", port: 6379 }]),
});

// Sentinel; a new credential counts as stored once a replica has it too.
const withReplicas = new RedisCredentialStore({
  client: new Redis({ sentinels: [{ host: "sentinel.internal", port: 26379 }], name: "main" }),
  replicasToWaitFor: 1,
});

// Beside another application, with answers soon or not at all.
const shared = new RedisCredentialStore({
  client: new Redis({ commandTimeout: 2_000, maxRetriesPerRequest: 1 }),
  keyPrefix: "my-agent:",
});
