import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SealedSuspendedCall, SuspendedCallStore } from "../suspended-call-store.js";

/** Options of {@link describeSuspendedCallStore}. */
export interface SuspendedCallStoreContractOptions {
  /** Called once per test; other tests' records may be there, their handles never collide. */
  readonly createStore: () => Promise<SuspendedCallStore> | SuspendedCallStore;
  /** Called with the store after each test. */
  readonly destroyStore?: ((store: SuspendedCallStore) => Promise<void>) | undefined;
}

const ttlMs = 600_000;

/** Registers, with Vitest, the behaviour every {@link SuspendedCallStore} must show. */
export function describeSuspendedCallStore(
  name: string,
  options: SuspendedCallStoreContractOptions,
): void {
  describe(`${name} satisfies the SuspendedCallStore contract`, () => {
    let store: SuspendedCallStore;
    let call: SealedSuspendedCall;

    beforeEach(async () => {
      store = await options.createStore();
      call = sealedCall();
    });

    afterEach(async () => {
      await options.destroyStore?.(store);
    });

    async function statusOf({ id, authRequestId }: SealedSuspendedCall) {
      const records = await store.list(authRequestId);
      return records.find((record) => record.id === id)?.status;
    }

    it("lists what waits for one authorization, unchanged and oldest first", async () => {
      const { authRequestId } = call;
      // So many that some fall into one tick of a clock.
      const calls = [call, ...Array.from({ length: 19 }, () => sealedCall({ authRequestId }))];
      for (const each of calls) await store.open(each, { ttlMs });
      await store.open(sealedCall(), { ttlMs });
      const records = await store.list(authRequestId);
      expect(records.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
      for (const [index, record] of records.entries()) {
        const { sealed, ...rest } = calls[index] ?? call;
        expect(record).toMatchObject({ ...rest, status: "suspended" });
        expect(Buffer.from(record.sealed)).toEqual(Buffer.from(sealed));
        expect(record.expiresAt - record.storeTime).toBeGreaterThan(ttlMs - 60_000);
        expect(record.expiresAt - record.storeTime).toBeLessThanOrEqual(ttlMs);
      }
    });

    it("knows nothing of other handles", async () => {
      await store.open(call, { ttlMs });
      expect(await store.list(randomUUID())).toEqual([]);
      expect(await store.take(randomUUID())).toBeUndefined();
      expect(await store.delete(randomUUID())).toBe(false);
    });

    it("RT-09 gives a call to one of fifty who want to make it, and to nobody afterwards", async () => {
      await store.open(call, { ttlMs });
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.take(call.id)));
      const taken = answers.filter((answer) => answer !== undefined);
      expect(taken).toHaveLength(1);
      const { sealed, ...rest } = call;
      expect(taken[0]).toMatchObject({ ...rest, status: "taken" });
      expect(Buffer.from(taken[0]?.sealed ?? [])).toEqual(Buffer.from(sealed));
      expect(await statusOf(call)).toBe("taken");
      expect(await store.take(call.id)).toBeUndefined();
    });

    it("forgets one call, taken or not, and leaves the others", async () => {
      const other = sealedCall({ authRequestId: call.authRequestId });
      const third = sealedCall({ authRequestId: call.authRequestId });
      for (const each of [call, other, third]) await store.open(each, { ttlMs });
      await store.take(call.id);
      expect(await store.delete(call.id)).toBe(true);
      expect(await store.delete(call.id)).toBe(false);
      expect(await store.delete(other.id)).toBe(true);
      expect(await store.take(other.id)).toBeUndefined();
      expect((await store.list(call.authRequestId)).map(({ id }) => id)).toEqual([third.id]);
    });

    it("gives nobody what has expired, by the store's clock", async () => {
      await store.open(call, { ttlMs: 1 });
      const living = sealedCall({ authRequestId: call.authRequestId });
      await store.open(living, { ttlMs });
      await expect
        .poll(async () => (await store.list(call.authRequestId)).map(({ id }) => id))
        .toEqual([living.id]);
      expect(await store.take(call.id)).toBeUndefined();
      await store.deleteExpired();
      expect(await store.delete(call.id)).toBe(false);
      expect(await store.take(living.id)).toBeDefined();
    });

    it("deletes all of one owner, taken or not, and nothing of another", async () => {
      const { authRequestId, key } = call;
      const taken = sealedCall({ authRequestId, key: { ...key, provider: "other" } });
      const bob = sealedCall({ authRequestId, key: { ...key, userId: "bob" } });
      const nobody = sealedCall({ key: { userId: key.userId, provider: key.provider } });
      for (const each of [call, taken, bob, nobody]) await store.open(each, { ttlMs });
      await store.take(taken.id);
      const { tenantId, userId } = key;
      expect(await store.deleteAll({ tenantId, userId })).toBe(2);
      expect(await store.deleteAll({ tenantId, userId })).toBe(0);
      expect((await store.list(authRequestId)).map(({ id }) => id)).toEqual([bob.id]);
      expect(await statusOf(nobody)).toBe("suspended");
    });

    it("ST-05 refuses a key with parts that cannot be told apart", async () => {
      const key = { ...call.key, userId: "alice\0bob" };
      await expect(store.open({ ...call, key }, { ttlMs })).rejects.toMatchObject({
        code: "invalid_credential_key",
      });
    });
  });
}

function sealedCall(overrides: Partial<SealedSuspendedCall> = {}): SealedSuspendedCall {
  return {
    id: randomUUID(),
    authRequestId: randomUUID(),
    key: { tenantId: randomUUID(), userId: randomUUID(), provider: "example" },
    sealed: randomBytes(64),
    keyId: "contract",
    ...overrides,
  };
}
