import { type StartRedisOptions, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkRedisServer } from "../src/index.js";

async function warningsOf(config: StartRedisOptions["config"]) {
  const server = await startRedis({ config });
  const client = new Redis(server.url);
  onTestFinished(async () => {
    client.disconnect();
    await server.stop();
  });
  return checkRedisServer(client);
}

describe("checking a server", () => {
  it("finds nothing wrong with one that keeps what it is given", async () => {
    const config = { appendonly: "yes", maxmemory: "64mb", "maxmemory-policy": "noeviction" };
    expect(await warningsOf(config)).toEqual([]);
  });

  it("warns of one that may evict credentials, and of one with snapshots only", async () => {
    const warnings = await warningsOf({
      save: "3600 1",
      maxmemory: "64mb",
      "maxmemory-policy": "allkeys-lru",
    });
    expect(warnings.map(({ kind }) => kind)).toEqual(["eviction", "persistence"]);
    expect(warnings[0]?.message).toMatch(/evict credentials .*allkeys-lru.*noeviction/);
    expect(warnings[1]?.message).toMatch(/appendonly to yes/);
  });

  it("says that a volatile policy endangers started authorizations only", async () => {
    const [warning] = await warningsOf({
      appendonly: "yes",
      maxmemory: "64mb",
      "maxmemory-policy": "volatile-ttl",
    });
    expect(warning?.message).toMatch(/evict started authorizations/);
  });
});
