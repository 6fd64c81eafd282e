import { randomUUID } from "node:crypto";
import { type CredentialChange, type CredentialKey, credentialId } from "@rak-oauth/core";
import { type RedisCluster, startRedisCluster } from "@rak-oauth/test-kit";
import { Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { checkRedisServer, RedisCredentialStore } from "../src/index.js";
import { someCredential, someKey } from "./stored-credential.js";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
}, 120_000);

afterAll(() => cluster.stop());

function connect(): Cluster {
  const client = new Cluster([...cluster.nodes]);
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

describe("on a cluster", () => {
  it("spreads users over all nodes, and lists and pages a tenant over all of them", async () => {
    const client = connect();
    const store = new RedisCredentialStore({ client, keyPrefix: `${randomUUID()}:` });
    const tenantId = randomUUID();
    const keys = Array.from(
      { length: 60 },
      (_, index): CredentialKey => ({ tenantId, userId: `user-${index}`, provider: "example" }),
    );
    await Promise.all(keys.map((key) => store.put(key, someCredential())));
    const sizes = await Promise.all(client.nodes("master").map((node) => node.dbsize()));
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    const found: CredentialKey[] = [];
    let after: string | undefined;
    do {
      const page = await store.list({ tenantId, limit: 7, after });
      expect(page.records).toHaveLength(Math.min(7, keys.length - found.length));
      found.push(...page.records.map((record) => record.key));
      after = page.next;
    } while (after !== undefined);
    expect(found.map(credentialId).sort()).toEqual(keys.map(credentialId).sort());
  });

  it("tells every process of a change, whichever node each is connected to", async () => {
    const store = new RedisCredentialStore({ client: connect() });
    const key = someKey();
    const watchers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const changes: CredentialChange[] = [];
        const watcher = new RedisCredentialStore({ client: connect() });
        const stop = await watcher.watch((change) => changes.push(change));
        onTestFinished(stop);
        return changes;
      }),
    );
    await store.put(key, someCredential());
    await store.delete(key);
    const id = credentialId(key);
    for (const changes of watchers) {
      await vi.waitFor(
        () =>
          expect(changes).toEqual([
            { kind: "changed", id },
            { kind: "deleted", id },
          ]),
        { timeout: 20_000 },
      );
    }
  });

  it("warns of nodes without persistence once, not once a node", async () => {
    const warnings = await checkRedisServer(connect());
    expect(warnings.map(({ kind }) => kind)).toEqual(["persistence"]);
  });

  it("ST-01 is a typed error while slots are not served", async () => {
    const [node] = cluster.nodes;
    if (!node) return expect.unreachable("the cluster has nodes");
    const client = connect();
    const store = new RedisCredentialStore({ client });
    await store.put(someKey(), someCredential());
    const admin = new Redis(node);
    onTestFinished(() => admin.disconnect());
    const ranges = (await admin.cluster("SLOTS")) as unknown as [
      number,
      number,
      [string, number],
    ][];
    const own = ranges.filter(([, , [, port]]) => port === node.port);
    for (const [from, to] of own) await admin.call("CLUSTER", "DELSLOTSRANGE", from, to);
    const users = Array.from({ length: 12 }, someKey);
    const outcomes = await Promise.allSettled(users.map((key) => store.read(key)));
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures.length).toBeGreaterThan(0);
    for (const { reason } of failures) {
      expect(reason).toMatchObject({ code: "store_unavailable" });
    }
    for (const [from, to] of own) await admin.call("CLUSTER", "ADDSLOTSRANGE", from, to);
    await vi.waitFor(
      async () => {
        for (const key of users) expect(await store.read(key)).toBeUndefined();
      },
      { timeout: 20_000 },
    );
  }, 60_000);
});
