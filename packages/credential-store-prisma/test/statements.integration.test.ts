import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  PrismaCredentialStore,
  PrismaPendingAuthorizationStore,
  PrismaSuspendedCallStore,
  type RawQueryClient,
} from "../src/index.js";
import type { PrismaClient } from "./generated/client.js";
import { createPrismaClient, runSql, usePostgres } from "./postgres-database.js";
import { sealedCredential } from "./stored-credential.js";

const postgres = usePostgres();

const key = { userId: "alice", provider: "example" };

let client: PrismaClient;
let recording: RawQueryClient;
let statements: string[];

beforeAll(() => {
  client = createPrismaClient(postgres().url);
  recording = {
    $queryRawUnsafe(statement, ...values) {
      statements.push(statement);
      return client.$queryRawUnsafe(statement, ...values);
    },
  };
});

afterAll(async () => {
  await client.$disconnect();
});

beforeEach(() => {
  statements = [];
});

describe("reads begun in one tick", () => {
  it("share a query, and each gets its own record", async () => {
    const store = new PrismaCredentialStore({ client: recording });
    const keys = Array.from({ length: 600 }, (_, index) => ({ ...key, userId: `user-${index}` }));
    const written = await Promise.all(
      keys.slice(1).map(async (each) => {
        const credential = sealedCredential();
        await store.put(each, credential);
        return credential.fingerprint;
      }),
    );
    statements = [];
    const [absent, ...found] = await Promise.all(
      [...keys, ...keys].map((each) => store.read(each)),
    );
    expect(statements.length).toBeLessThanOrEqual(5);
    expect(absent).toBeUndefined();
    expect(found.slice(0, 599).map((record) => record?.fingerprint)).toEqual(written);
    expect(found[599]).toBeUndefined();
    expect(found.slice(600).map((record) => record?.fingerprint)).toEqual(written);
    expect(found[7]?.key).toEqual(keys[8]);
  });

  it("fail together when the query fails, and the next ones do not", async () => {
    let broken = true;
    const store = new PrismaCredentialStore({
      client: {
        $queryRawUnsafe: (statement, ...values) =>
          client.$queryRawUnsafe(broken ? "SELECT 1 / 0" : statement, ...(broken ? [] : values)),
      },
    });
    const outcomes = await Promise.allSettled([store.read(key), store.read({ provider: "other" })]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    broken = false;
    expect(await store.read({ provider: "never stored" })).toBeUndefined();
  });
});

describe("each operation", () => {
  it("is one statement, and so one round trip", async () => {
    const store = new PrismaCredentialStore({ client: recording });
    const pending = new PrismaPendingAuthorizationStore({ client: recording });
    const one = async <T>(operation: Promise<T>): Promise<T> => {
      const answer = await operation;
      expect(statements).toHaveLength(1);
      statements = [];
      return answer;
    };
    const credential = sealedCredential();
    const { fingerprint } = credential;
    const again = async () => {
      const lease = await one(
        store.acquireLease(key, {
          fingerprint: (await one(store.read(key)))?.fingerprint ?? "",
          leaseMs: 60_000,
        }),
      );
      if (!lease) return expect.unreachable("the lease was free");
      return lease;
    };
    await one(store.put(key, credential));
    const lease = await again();
    expect(await one(store.renewLease(lease, 60_000))).toBe(true);
    expect(await one(store.releaseLease(lease, { sent: true }))).toBe(true);
    expect(await one(store.commit(await again(), sealedCredential()))).toBe(true);
    expect(await one(store.requireReauthorization(await again()))).toBe(true);
    await one(store.revoke(key));
    await one(store.list(key));
    const claim = { provider: key.provider, limit: 10, claimMs: 60_000 };
    await one(store.claimOrphans(claim));
    await one(store.claimIdle({ ...claim, idleMs: 0 }));
    await one(store.listSealedByOtherKeys({ keyId: "m" }));
    await one(store.countSealedByOtherKeys("m"));
    await one(
      store.reseal([{ key, expected: credential.sealed, sealed: Buffer.from("new"), keyId: "m" }]),
    );
    await one(store.delete(key));
    await one(store.deleteAll(key));
    const id = fingerprint;
    await one(
      pending.open(
        { id, stateHash: id, joinKey: id, key, sealed: Buffer.from("sealed"), keyId: "test" },
        { ttlMs: 60_000, joinIfRemainingMs: 0 },
      ),
    );
    await one(pending.read(id));
    await one(pending.find(id));
    await one(pending.take(id));
    expect(await one(pending.settle(id, { status: "completed" }))).toBe(true);
    await one(pending.deleteExpired());
    expect(await one(pending.deleteAll(key))).toBe(1);
    const calls = new PrismaSuspendedCallStore({ client: recording });
    const sealed = { sealed: Buffer.from("sealed"), keyId: "test" };
    await one(calls.open({ id, authRequestId: id, key, ...sealed }, { ttlMs: 60_000 }));
    expect(await one(calls.list(id))).toHaveLength(1);
    await one(calls.take(id));
    expect(await one(calls.delete(id))).toBe(true);
    await one(calls.deleteAll(key));
    await one(calls.deleteExpired());
  });
});

describe("times", () => {
  it.each(["Asia/Kolkata", "America/St_Johns"])(
    "do not depend on a session in %s",
    async (zone) => {
      const url = new URL(postgres().url);
      url.searchParams.set("options", `-c timezone=${zone} -c datestyle=German`);
      expect(await runSql(url.href, "SHOW timezone")).toEqual([{ TimeZone: zone }]);
      const there = createPrismaClient(url.href);
      const userId = `in ${zone}`;
      const store = new PrismaCredentialStore({ client: there });
      const pending = new PrismaPendingAuthorizationStore({ client: there });
      const before = Math.floor(Date.now());
      await store.put({ ...key, userId }, sealedCredential());
      const record = await store.read({ ...key, userId });
      const opened = await pending.open(
        { id: zone, stateHash: zone, joinKey: zone, key, sealed: Buffer.from("x"), keyId: "test" },
        { ttlMs: 60_000, joinIfRemainingMs: 0 },
      );
      // The server is this machine, so its clock is ours.
      for (const moment of [record?.createdAt, record?.storeTime, opened.storeTime]) {
        expect(moment).toBeGreaterThanOrEqual(before);
        expect(moment).toBeLessThanOrEqual(Date.now());
      }
      expect(record?.expiresAt).toBe((record?.createdAt ?? 0) + 3_600_000);
      expect(opened.expiresAt - opened.storeTime).toBeGreaterThan(55_000);
      await there.$disconnect();
    },
  );

  it("stay readable whatever lifetime a provider claims", async () => {
    const store = new PrismaCredentialStore({ client });
    for (const expiresInMs of [2 ** 53, Number.MAX_VALUE, -(2 ** 53)]) {
      await store.put(key, sealedCredential({ expiresInMs }));
      const record = await store.read(key);
      expect(Number.isSafeInteger(record?.expiresAt)).toBe(true);
      expect(Math.sign((record?.expiresAt ?? 0) - (record?.storeTime ?? 0))).toBe(
        Math.sign(expiresInMs),
      );
    }
  });
});
