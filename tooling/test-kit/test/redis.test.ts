import { access, readFile } from "node:fs/promises";
import { Cluster, Redis as RedisClient } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Redis, startRedis, startRedisCluster } from "../src/index.js";
import { processExists } from "./process-exists.js";

async function withClient<Result>(
  redis: Redis,
  work: (client: RedisClient) => Promise<Result>,
): Promise<Result> {
  const client = new RedisClient(redis.url, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe("a private Redis", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis({ ignoreEnvironment: true });
  });
  afterAll(async () => {
    await redis.stop();
  });

  it("listens on 127.0.0.1 and answers", async () => {
    expect(redis).toMatchObject({ host: "127.0.0.1", given: false });
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(await withClient(redis, (client) => client.ping())).toBe("PONG");
    expect(await withClient(redis, (client) => client.config("GET", "bind"))).toEqual([
      "bind",
      "127.0.0.1",
    ]);
  });

  it("is gone when killed and empty when restarted", async () => {
    await withClient(redis, (client) => client.set("key", "value"));
    const pid = Number(redis.pid);
    await redis.kill();
    expect(processExists(pid)).toBe(false);
    expect(redis.pid).toBeUndefined();
    await expect(withClient(redis, (client) => client.ping())).rejects.toThrow();
    await redis.restart();
    expect(await withClient(redis, (client) => client.get("key"))).toBeNull();
  });

  it("does not answer while it is paused, and answers when resumed", async () => {
    await withClient(redis, async (client) => {
      redis.pause();
      let answered = false;
      const answer = client.ping().then((text) => {
        answered = true;
        return text;
      });
      // A stopped process cannot answer, however long one waits; the kernel says that it is stopped.
      await vi.waitFor(async () => expect(await processState(Number(redis.pid))).toBe("T"), {
        timeout: 20_000,
      });
      expect(answered).toBe(false);
      redis.resume();
      expect(await answer).toBe("PONG");
    });
  });
});

it("keeps its data over a kill when its configuration says so, behind its password", async () => {
  const redis = await startRedis({
    config: { appendonly: "yes", appendfsync: "always", requirepass: "open/sesame" },
  });
  try {
    await withClient(redis, (client) => client.set("key", "value"));
    await redis.kill();
    await redis.restart();
    expect(await withClient(redis, (client) => client.get("key"))).toBe("value");
  } finally {
    await redis.stop();
  }
});

it("two private servers run side by side, and stop leaves neither process nor folder", async () => {
  const [first, second] = await Promise.all([
    startRedis({ ignoreEnvironment: true }),
    startRedis({ ignoreEnvironment: true }),
  ]);
  const pids = [Number(first.pid), Number(second.pid)];
  const [, folder] = await withClient(
    first,
    (client) => client.config("GET", "dir") as Promise<string[]>,
  );
  expect(first.port).not.toBe(second.port);
  first.pause();
  await Promise.all([first.stop(), second.stop()]);
  expect(pids.map(processExists)).toEqual([false, false]);
  await expect(access(String(folder))).rejects.toThrow(/ENOENT/);
});

it("uses the server of REDIS_URL without owning it", async () => {
  const server = await startRedis({ ignoreEnvironment: true });
  try {
    vi.stubEnv("REDIS_URL", server.url);
    const redis = await startRedis();
    expect(redis).toMatchObject({ url: server.url, port: server.port, given: true });
    await expect(redis.kill()).rejects.toThrow(/REDIS_URL/);
    await expect(redis.restart()).rejects.toThrow(/REDIS_URL/);
    expect(() => redis.pause()).toThrow(/REDIS_URL/);
    await redis.stop();
    expect(await withClient(server, (client) => client.ping())).toBe("PONG");
  } finally {
    await server.stop();
  }
});

it("a cluster of three masters takes keys of every slot", async () => {
  const cluster = await startRedisCluster();
  try {
    expect(cluster.nodes).toHaveLength(3);
    const client = new Cluster([...cluster.nodes]);
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => client.set(key, key)));
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    expect(client.nodes("master")).toHaveLength(3);
    client.disconnect();
  } finally {
    await cluster.stop();
  }
});

async function processState(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
}
