import { once } from "node:events";
import { StoreUnavailableError } from "@rak-oauth/core";
import {
  type Redis as RedisServer,
  type StartRedisOptions,
  startRedis,
  startTcpProxy,
} from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { RedisCredentialStore, RedisPendingAuthorizationStore } from "../src/index.js";
import { someCredential, someKey } from "./stored-credential.js";

const canary = "canary-password-8f2e";

async function start(config: StartRedisOptions["config"] = {}): Promise<RedisServer> {
  const server = await startRedis({ config });
  onTestFinished(() => server.stop());
  return server;
}

function connect(url: string, options: { readonly commandTimeout?: number } = {}): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => 20, ...options });
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

/** Every operation a caller may meet a fault with, on both stores. */
function operations(client: Redis): readonly (() => Promise<unknown>)[] {
  const credentials = new RedisCredentialStore({ client });
  const pending = new RedisPendingAuthorizationStore({ client });
  const key = someKey();
  const lease = { key, fence: 1, fingerprint: "seen", epoch: 1 };
  return [
    () => credentials.read(key),
    () => credentials.put(key, someCredential()),
    () => credentials.acquireLease(key, { fingerprint: "seen", leaseMs: 1_000 }),
    () => credentials.commit(lease, someCredential()),
    () => credentials.list({ tenantId: "acme" }),
    () => credentials.claimOrphans({ provider: key.provider, limit: 10, claimMs: 1_000 }),
    () => credentials.deleteAll(key),
    () => pending.read("handle"),
    () => pending.take("state"),
  ];
}

async function expectAllToReject(client: Redis, error: object): Promise<void> {
  for (const operation of operations(client)) {
    const failure = await operation().then(
      () => expect.unreachable("an operation answered instead of failing"),
      (reason: unknown) => reason,
    );
    expect(failure).toMatchObject(error);
    expect(failure).not.toHaveProperty("cause");
    expect(String((failure as Error).stack)).not.toContain(canary);
  }
}

describe("ST-01 a server that is not there", () => {
  it("is a typed error that says where it was looked for", async () => {
    const server = await start();
    await server.kill();
    const client = connect(server.url.replace("//", `//:${canary}@`));
    await expectAllToReject(client, {
      code: "store_unavailable",
      message: expect.stringContaining(`127.0.0.1:${server.port}`),
    });
  });

  it("is a typed error when it does not answer, and the store goes on when it does", async () => {
    const server = await start();
    const client = connect(server.url, { commandTimeout: 1_500 });
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    await store.put(key, someCredential());
    server.pause();
    await expect(store.read(key)).rejects.toThrow(StoreUnavailableError);
    await expect(store.put(key, someCredential())).rejects.toThrow(StoreUnavailableError);
    server.resume();
    await vi.waitFor(async () => expect(await store.read(key)).toBeDefined(), { timeout: 20_000 });
  });

  it("loses nothing when killed and restarted, and is found again", async () => {
    const server = await start({ appendonly: "yes", appendfsync: "always" });
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    const credential = someCredential();
    await store.put(key, credential);
    const leased = await store.acquireLease(key, {
      fingerprint: credential.fingerprint,
      leaseMs: 60_000,
    });
    if (!leased) return expect.unreachable("the lease is free");
    await server.kill();
    const next = someCredential();
    await expect(store.commit(leased, next)).rejects.toThrow(StoreUnavailableError);
    await server.restart();
    await vi.waitFor(async () => expect(await store.commit(leased, next)).toBe(true), {
      timeout: 20_000,
    });
    expect(await store.read(key)).toMatchObject({ fingerprint: next.fingerprint, epoch: 1 });
    expect(await store.list({ tenantId: "acme" })).toMatchObject({ records: [{ key }] });
  });

  it("works on by itself after data and scripts were flushed", async () => {
    const server = await start();
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    await store.put(key, someCredential());
    await client.flushall();
    await client.script("FLUSH");
    expect(await store.read(key)).toBeUndefined();
    await store.put(key, someCredential());
    expect(await store.read(key)).toMatchObject({ epoch: 1 });
  });
});

describe("ST-01 a server that may not be written to", () => {
  it("is a typed error on a read-only replica, which can be read", async () => {
    const primary = await start({ "repl-diskless-sync-delay": "0" });
    const replica = await start({ replicaof: `127.0.0.1 ${primary.port}` });
    const key = someKey();
    const client = connect(replica.url);
    const inSync = async () => expect(await client.info("replication")).toMatch(/link_status:up/);
    await vi.waitFor(inSync, { timeout: 20_000 });
    const store = new RedisCredentialStore({ client });
    await expect(store.put(key, someCredential())).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringMatching(/READONLY.*primary/),
    });
    await new RedisCredentialStore({ client: connect(primary.url) }).put(key, someCredential());
    await vi.waitFor(async () => expect(await store.read(key)).toBeDefined(), { timeout: 20_000 });
  }, 30_000);

  it("is a typed error when its memory is full, and nothing is half written", async () => {
    const server = await start();
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    const before = someCredential();
    await store.put(key, before);
    await client.config("SET", "maxmemory", "1");
    const full = { code: "store_misconfigured", message: expect.stringContaining("maxmemory") };
    await expect(store.put(key, someCredential())).rejects.toMatchObject(full);
    await expect(store.put(someKey(), someCredential())).rejects.toMatchObject(full);
    expect(await store.read(key)).toMatchObject({ fingerprint: before.fingerprint });
    await client.config("SET", "maxmemory", "0");
    expect((await store.list({ tenantId: "acme" })).records).toHaveLength(1);
    await store.put(key, someCredential());
  });
});

describe("a server that does not let the client in", () => {
  it("says that a password is missing", async () => {
    const server = await start({ requirepass: canary });
    const client = connect(`redis://127.0.0.1:${server.port}`);
    await expectAllToReject(client, {
      code: "store_misconfigured",
      message: expect.stringContaining("password"),
    });
  });

  it("says that the password is wrong, without saying which", async () => {
    const server = await start({ requirepass: "open-sesame" });
    const client = connect(`redis://:${canary}@127.0.0.1:${server.port}`);
    await expectAllToReject(client, {
      code: "store_misconfigured",
      message: expect.stringContaining("password"),
    });
    const store = new RedisCredentialStore({ client });
    await expect(store.watch(() => undefined)).rejects.toMatchObject({
      code: "store_misconfigured",
    });
  });

  it("says what the user is not allowed to do, before anything is written", async () => {
    const server = await start();
    const admin = connect(server.url);
    await admin.acl("SETUSER", "app", "on", `>${canary}`, "~*", "+@all", "resetchannels");
    const client = connect(`redis://app:${canary}@127.0.0.1:${server.port}`);
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    await expect(store.put(key, someCredential())).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringMatching(/NOPERM.*PUBLISH.*ACL SETUSER/),
    });
    expect(await store.read(key)).toBeUndefined();
    expect(await admin.dbsize()).toBe(0);
  });
});

describe("values this version cannot read", () => {
  it("are a clear error, wherever they are met", async () => {
    const server = await start();
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const key = someKey();
    const credential = someCredential();
    await store.put(key, credential);
    const [name = ""] = await client.keys("*:c:*");
    await client.setrange(name, 0, "\u0002");
    const newer = {
      code: "store_misconfigured",
      message: expect.stringMatching(/format 2.*Update @rak-oauth\/credential-store-redis/),
    };
    const { fingerprint } = credential;
    const lease = { key, fence: 0, fingerprint, epoch: 1 };
    await expect(store.read(key)).rejects.toMatchObject(newer);
    await expect(store.acquireLease(key, { fingerprint, leaseMs: 1 })).rejects.toMatchObject(newer);
    await expect(store.commit(lease, someCredential())).rejects.toMatchObject(newer);
    await expect(store.put(key, someCredential())).rejects.toMatchObject(newer);
    await expect(store.list({ tenantId: "acme" })).rejects.toMatchObject(newer);
    await client.set(name, "something else");
    await expect(store.read(key)).rejects.toMatchObject({ code: "store_misconfigured" });
    await client.del(name);
    await client.lpush(name, "something else");
    const foreign = { code: "store_misconfigured", message: expect.stringContaining("keyPrefix") };
    await expect(store.read(key)).rejects.toMatchObject(foreign);
    await expect(store.put(key, someCredential())).rejects.toMatchObject(foreign);
  });
});

it("lists on, page by page, over records that the server evicted", async () => {
  const server = await start();
  const client = connect(server.url);
  const store = new RedisCredentialStore({ client });
  const keys = Array.from({ length: 12 }, someKey);
  for (const key of keys) await store.put(key, someCredential());
  const names = await client.keys("*:c:*");
  await client.del(...names.slice(0, 9));
  let found = 0;
  let after: string | undefined;
  do {
    const page = await store.list({ tenantId: "acme", limit: 2, after });
    found += page.records.length;
    after = page.next;
  } while (after !== undefined);
  expect(found).toBe(3);
});

describe("watching", () => {
  it("TM-16 tells that nothing is heard any more, and when it is heard again", async () => {
    const server = await start();
    const proxy = await startTcpProxy({ target: server.url });
    onTestFinished(() => proxy.close());
    const store = new RedisCredentialStore({ client: connect(proxy.url) });
    const changes: unknown[] = [];
    const stop = await store.watch((change) => changes.push(change));
    // A connection that is silent, and then one that breaks.
    for (const strike of [() => proxy.stall("server-to-client"), () => proxy.cut()]) {
      strike();
      await vi.waitFor(() => expect(changes).toEqual([{ kind: "lost" }]), { timeout: 10_000 });
      // Whoever comes now hears as little.
      const late: unknown[] = [];
      const leave = await store.watch((change) => late.push(change));
      expect(late).toEqual([{ kind: "lost" }]);
      await leave();
      proxy.resume();
      await vi.waitFor(() => expect(changes).toEqual([{ kind: "lost" }, { kind: "reset" }]), {
        timeout: 10_000,
      });
      changes.length = 0;
    }
    await stop();
  }, 30_000);

  it("tells to forget everything once a lost connection is there again", async () => {
    const server = await start({ appendonly: "yes" });
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const changes: unknown[] = [];
    const stop = await store.watch((change) => changes.push(change));
    const closed = once(client, "close");
    await server.kill();
    await closed;
    await server.restart();
    await vi.waitFor(() => expect(changes).toContainEqual({ kind: "reset" }), { timeout: 10_000 });
    changes.length = 0;
    await store.put(someKey(), someCredential());
    await vi.waitFor(() => expect(changes).toMatchObject([{ kind: "changed" }]), {
      timeout: 20_000,
    });
    await stop();
  }, 20_000);

  it("uses one connection for all listeners, and none when nobody listens", async () => {
    const server = await start();
    const client = connect(server.url);
    const store = new RedisCredentialStore({ client });
    const connections = async () => /connected_clients:(\d+)/.exec(await client.info())?.[1];
    expect(await connections()).toBe("1");
    const stops = await Promise.all([1, 2, 3].map(() => store.watch(() => undefined)));
    expect(await connections()).toBe("2");
    for (const stop of stops) await stop();
    await vi.waitFor(async () => expect(await connections()).toBe("1"), { timeout: 20_000 });
  });
});
