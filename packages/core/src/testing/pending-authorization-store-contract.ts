import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  PendingAuthorizationStore,
  SealedPendingAuthorization,
} from "../pending-authorization-store.js";

/** Options of {@link describePendingAuthorizationStore}. */
export interface PendingAuthorizationStoreContractOptions {
  /** Called once per test; other tests' records may be there, their handles never collide. */
  readonly createStore: () => Promise<PendingAuthorizationStore> | PendingAuthorizationStore;
  /** Called with the store after each test. */
  readonly destroyStore?: ((store: PendingAuthorizationStore) => Promise<void>) | undefined;
}

const minutes = 60_000;

/** Registers, with Vitest, the behaviour every {@link PendingAuthorizationStore} must show. */
export function describePendingAuthorizationStore(
  name: string,
  options: PendingAuthorizationStoreContractOptions,
): void {
  describe(`${name} satisfies the PendingAuthorizationStore contract`, () => {
    let store: PendingAuthorizationStore;
    let authorization: SealedPendingAuthorization;

    beforeEach(async () => {
      store = await options.createStore();
      authorization = sealedAuthorization();
    });

    afterEach(async () => {
      await options.destroyStore?.(store);
    });

    function open(ttlMs = 10 * minutes, joinIfRemainingMs = minutes, which = authorization) {
      return store.open(which, { ttlMs, joinIfRemainingMs });
    }

    it("gives back what was opened, by handle and by state", async () => {
      const opened = await open();
      expect(opened).toMatchObject({ ...described(authorization), status: "pending" });
      expect(opened.expiresAt - opened.storeTime).toBeGreaterThan(9 * minutes);
      const byHandle = await store.read(authorization.id);
      const byState = await store.find(authorization.stateHash);
      for (const record of [opened, byHandle, byState]) {
        expect(record).toMatchObject({ ...described(authorization), expiresAt: opened.expiresAt });
        expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(authorization.sealed));
      }
    });

    it("knows nothing of other handles and states", async () => {
      await open();
      expect(await store.read(randomUUID())).toBeUndefined();
      expect(await store.find(randomUUID())).toBeUndefined();
      expect(await store.take(randomUUID())).toBeUndefined();
      expect(await store.settle(randomUUID(), { status: "completed" })).toBe(false);
    });

    it("shares one among simultaneous requests for the same", async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          open(10 * minutes, minutes, {
            ...sealedAuthorization(),
            joinKey: authorization.joinKey,
            key: authorization.key,
          }),
        ),
      );
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    });

    it("does not share one that is about to expire, is taken, or is for something else", async () => {
      await open(30_000, minutes);
      const longer = { ...sealedAuthorization(), joinKey: authorization.joinKey };
      expect((await open(10 * minutes, minutes, longer)).id).toBe(longer.id);
      await store.take(longer.stateHash);
      const third = { ...sealedAuthorization(), joinKey: authorization.joinKey };
      expect((await open(10 * minutes, minutes, third)).id).toBe(third.id);
      const other = sealedAuthorization();
      expect((await open(10 * minutes, minutes, other)).id).toBe(other.id);
    });

    it("AC-03 is taken once by fifty simultaneous callbacks", async () => {
      await open();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => store.take(authorization.stateHash)),
      );
      const taken = answers.filter((answer) => answer !== undefined);
      expect(taken).toHaveLength(1);
      expect(taken[0]).toMatchObject({ ...described(authorization), status: "taken" });
      expect((await store.read(authorization.id))?.status).toBe("taken");
    });

    it("AC-05 is not taken once expired, by the store's clock", async () => {
      const { expiresAt } = await open(1, 0);
      await expect
        .poll(async () => {
          const record = await store.read(authorization.id);
          return record === undefined || record.storeTime > expiresAt;
        })
        .toBe(true);
      expect(await store.take(authorization.stateHash)).toBeUndefined();
    });

    it("records one outcome, taken or not", async () => {
      await open();
      await store.take(authorization.stateHash);
      expect(await store.settle(authorization.id, { status: "completed" })).toBe(true);
      expect(
        await store.settle(authorization.id, { status: "failed", failure: "access_denied" }),
      ).toBe(false);
      expect(await store.read(authorization.id)).toMatchObject({ status: "completed" });

      const denied = sealedAuthorization();
      await open(10 * minutes, minutes, denied);
      const outcome = { status: "failed", failure: "access_denied" } as const;
      expect(await store.settle(denied.id, outcome)).toBe(true);
      expect(await store.read(denied.id)).toMatchObject(outcome);
      expect(await store.take(denied.stateHash)).toBeUndefined();
    });

    it("AC-02 holds what was taken, and is resumed once by fifty simultaneous confirmations", async () => {
      const replacement = () => ({ sealed: randomBytes(64), keyId: "second" });
      const { id } = await open();
      expect(await store.hold(id, replacement(), { ttlMs: minutes })).toBe(false);
      await store.take(authorization.stateHash);
      expect(await store.resume(id, replacement())).toBe(false);
      const held = replacement();
      expect(await store.hold(id, replacement(), { ttlMs: minutes })).toBe(true);
      expect(await store.hold(id, held, { ttlMs: 30 * minutes })).toBe(true);
      const record = await store.read(id);
      expect(record).toMatchObject({ ...described(authorization), keyId: "second" });
      expect(record?.status).toBe("held");
      expect(Buffer.from(record?.sealed ?? [])).toEqual(held.sealed);
      const remaining = (record?.expiresAt ?? 0) - (record?.storeTime ?? 0);
      expect(remaining).toBeGreaterThan(29 * minutes);
      expect(remaining).toBeLessThanOrEqual(30 * minutes);
      expect(await store.take(authorization.stateHash)).toBeUndefined();

      const emptied = replacement();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => store.resume(id, emptied)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      const resumed = await store.read(id);
      expect(resumed?.status).toBe("taken");
      expect(Buffer.from(resumed?.sealed ?? [])).toEqual(emptied.sealed);
      expect(await store.settle(id, { status: "completed" })).toBe(true);
      expect(await store.hold(id, held, { ttlMs: minutes })).toBe(false);
      expect(await store.resume(id, held)).toBe(false);
    });

    it("settles a held one that nobody confirms, and resumes none that has expired", async () => {
      const { id } = await open();
      const { sealed, keyId } = authorization;
      await store.take(authorization.stateHash);
      await store.hold(id, { sealed, keyId }, { ttlMs: minutes });
      const stopped = { status: "failed", failure: "wrong_user" } as const;
      expect(await store.settle(id, stopped)).toBe(true);
      expect(await store.read(id)).toMatchObject(stopped);
      expect(await store.hold(randomUUID(), { sealed, keyId }, { ttlMs: minutes })).toBe(false);

      const late = sealedAuthorization();
      await open(10 * minutes, minutes, late);
      await store.take(late.stateHash);
      await store.hold(late.id, { sealed, keyId }, { ttlMs: 1 });
      await expect
        .poll(async () => {
          const record = await store.read(late.id);
          return record === undefined || record.storeTime > record.expiresAt;
        })
        .toBe(true);
      expect(await store.resume(late.id, { sealed, keyId })).toBe(false);
    });

    it("ends held ones that nobody confirmed in time, and gives each to one caller", {
      timeout: 30_000,
    }, async ({ skip }) => {
      if (!store.expireHeld) return skip("this store does not end what is held");
      const { sealed, keyId } = { sealed: randomBytes(64), keyId: "second" };
      const holdFor = async (ttlMs: number) => {
        const held = sealedAuthorization();
        await open(10 * minutes, minutes, held);
        await store.take(held.stateHash);
        await store.hold(held.id, { sealed, keyId }, { ttlMs });
        return held;
      };
      // Long enough to be there still, once it is late.
      const late = await Promise.all(Array.from({ length: 3 }, () => holdFor(2_000)));
      const living = await holdFor(minutes);
      const resumed = await holdFor(2_000);
      await store.resume(resumed.id, { sealed, keyId });
      await open();
      await expect
        .poll(async () => {
          const records = await Promise.all(late.map(({ id }) => store.read(id)));
          return records.every((record) => record && record.storeTime > record.expiresAt);
        })
        .toBe(true);
      const given = (
        await Promise.all(Array.from({ length: 20 }, () => store.expireHeld?.({ limit: 1 })))
      ).flatMap((records) => records ?? []);
      const ours = given.filter(({ id }) => late.some((held) => held.id === id));
      const rest = (await store.expireHeld({ limit: 1_000 })).filter(({ id }) =>
        [...late, living, resumed, authorization].some((held) => held.id === id),
      );
      const all = [...ours, ...rest];
      expect(all.map(({ id }) => id).sort()).toEqual(late.map(({ id }) => id).sort());
      for (const record of all) {
        expect(record).toMatchObject({ status: "failed", failure: "expired", keyId });
        expect(Buffer.from(record.sealed)).toEqual(sealed);
        expect((await store.read(record.id))?.status).not.toBe("held");
      }
      expect((await store.read(living.id))?.status).toBe("held");
      expect((await store.read(resumed.id))?.status).toBe("taken");
      expect(await store.settle(late[0]?.id ?? "", { status: "completed" })).toBe(false);
    });

    it("deletes all of one owner and nothing of another", async () => {
      await open();
      const bob = { ...sealedAuthorization(), key: { ...authorization.key, userId: "bob" } };
      await open(10 * minutes, minutes, bob);
      const { tenantId, userId } = authorization.key;
      expect(await store.deleteAll({ tenantId, userId })).toBe(1);
      expect(await store.read(authorization.id)).toBeUndefined();
      expect(await store.find(authorization.stateHash)).toBeUndefined();
      expect(await store.take(authorization.stateHash)).toBeUndefined();
      expect(await store.read(bob.id)).toBeDefined();
    });

    it("forgets expired ones when asked to, and no others", async () => {
      await open(1, 0);
      const living = sealedAuthorization();
      await open(10 * minutes, minutes, living);
      await expect
        .poll(async () => {
          await store.deleteExpired();
          return store.read(authorization.id);
        })
        .toBeUndefined();
      expect(await store.read(living.id)).toBeDefined();
    });

    it("tells watchers of a held and a settled authorization, and is silent once stopped", async ({
      skip,
    }) => {
      if (!store.watch) return skip("this store cannot watch");
      const settled: string[] = [];
      const stop = await store.watch((id) => settled.push(id));
      await open();
      const held = sealedAuthorization();
      await open(10 * minutes, minutes, held);
      await store.take(held.stateHash);
      await store.hold(held.id, held, { ttlMs: minutes });
      await store.settle(authorization.id, { status: "completed" });
      await expect.poll(() => settled).toContain(authorization.id);
      expect(settled).toContain(held.id);
      await stop();
      const later = sealedAuthorization();
      await open(10 * minutes, minutes, later);
      await store.settle(later.id, { status: "completed" });
      expect(settled).not.toContain(later.id);
    });
  });
}

function sealedAuthorization(): SealedPendingAuthorization {
  return {
    id: randomUUID(),
    stateHash: randomBytes(32).toString("base64url"),
    joinKey: randomBytes(32).toString("base64url"),
    key: { tenantId: randomUUID(), userId: "alice", provider: "example" },
    sealed: randomBytes(64),
    keyId: "contract",
  };
}

function described({ id, stateHash, joinKey, key, keyId }: SealedPendingAuthorization) {
  return { id, stateHash, joinKey, key, keyId };
}
