import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type {
  CredentialChange,
  CredentialStore,
  LeasedCredential,
  ResealChange,
  SealedCredential,
} from "../credential-store.js";
import { describeClaims } from "./claims-contract.js";
import { sealedCredential } from "./sealed-credential.js";

/** Options of {@link describeCredentialStore}. */
export interface CredentialStoreContractOptions {
  /** Called once per test; other tests' records may be there, their keys never collide. */
  readonly createStore: () => Promise<CredentialStore> | CredentialStore;
  /** Called with the store after each test. */
  readonly destroyStore?: ((store: CredentialStore) => Promise<void>) | undefined;
}

/**
 * Registers, with Vitest, the behaviour every {@link CredentialStore} must show. Time is the store's
 * own: leases of a few milliseconds are waited for, never timed.
 */
export function describeCredentialStore(
  name: string,
  options: CredentialStoreContractOptions,
): void {
  describe(`${name} satisfies the CredentialStore contract`, () => {
    let store: CredentialStore;
    let key: CredentialKey;

    beforeEach(async () => {
      store = await options.createStore();
      key = { tenantId: randomUUID(), userId: "alice", provider: "example" };
    });

    afterEach(async () => {
      await options.destroyStore?.(store);
    });

    async function lease(leaseMs = 60_000): Promise<LeasedCredential> {
      const record = await store.read(key);
      const leased =
        record && (await store.acquireLease(key, { fingerprint: record.fingerprint, leaseMs }));
      expect(leased, "a free lease is given").toBeDefined();
      return leased as LeasedCredential;
    }

    /** Takes a lease that has already ended when this returns. */
    async function lapsedLease(): Promise<LeasedCredential> {
      const lapsed = await lease(1);
      await expect
        .poll(async () => {
          const record = await store.read(key);
          return record?.leaseUntil === undefined || record.leaseUntil < record.storeTime;
        })
        .toBe(true);
      return lapsed;
    }

    async function storeDirectly(credential = sealedCredential()): Promise<SealedCredential> {
      await store.put(key, credential);
      return credential;
    }

    describe("keeping records", () => {
      it("answers undefined for a key never stored", async () => {
        expect(await store.read(key)).toBeUndefined();
      });

      it("gives back the bytes it was given, whatever they are", async () => {
        const sealed = Uint8Array.from({ length: 256 }, (_, index) => index);
        await storeDirectly({ ...sealedCredential(), sealed });
        const record = await store.read(key);
        expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(sealed));
      });

      it("gives back everything else about a record", async () => {
        const credential = await storeDirectly();
        const record = await store.read(key);
        expect(record).toMatchObject({
          key,
          status: "active",
          keyId: credential.keyId,
          fingerprint: credential.fingerprint,
          epoch: 1,
        });
        expect(record?.leaseUntil).toBeUndefined();
        expect(record?.retryAt).toBeUndefined();
        expect(record?.createdAt).toBe(record?.updatedAt);
        expect(record?.storeTime).toBeGreaterThanOrEqual(record?.createdAt ?? Number.NaN);
      });

      it("dates expiry by its own clock", async () => {
        await storeDirectly({ ...sealedCredential(), expiresInMs: 3_600_000 });
        const record = await store.read(key);
        expect(record?.expiresAt).toBe((record?.updatedAt ?? 0) + 3_600_000);
      });

      it("keeps an unknown expiry unknown, and a past one past", async () => {
        await storeDirectly({ ...sealedCredential(), expiresInMs: undefined });
        expect((await store.read(key))?.expiresAt).toBeUndefined();
        await storeDirectly({ ...sealedCredential(), expiresInMs: -5_000 });
        const record = await store.read(key);
        expect(record?.expiresAt).toBe((record?.updatedAt ?? 0) - 5_000);
        for (const sinceEpoch of [-5, 0, 5]) {
          await storeDirectly({ ...sealedCredential(), expiresInMs: sinceEpoch - Date.now() });
          const ancient = await store.read(key);
          expect(ancient?.expiresAt).toBeLessThan(ancient?.storeTime ?? Number.NaN);
        }
      });

      it("raises the epoch and keeps the first connection's date when stored again", async () => {
        await storeDirectly();
        const first = await store.read(key);
        const credential = await storeDirectly();
        const second = await store.read(key);
        expect(second?.epoch).toBe(2);
        expect(second?.fingerprint).toBe(credential.fingerprint);
        expect(second?.createdAt).toBe(first?.createdAt);
      });

      it("revives a revoked record on a new consent", async () => {
        await storeDirectly();
        await store.revoke(key);
        await storeDirectly();
        expect((await store.read(key))?.status).toBe("active");
      });

      it("deletes once", async () => {
        await storeDirectly();
        expect(await store.delete(key)).toBe(true);
        expect(await store.delete(key)).toBe(false);
        expect(await store.read(key)).toBeUndefined();
      });

      it("AC-17 deletes what was seen, and leaves what was written since", async () => {
        await storeDirectly();
        const seen = await store.read(key);
        await storeDirectly();
        const newer = await store.read(key);
        expect(await store.delete(key, { fingerprint: String(seen?.fingerprint) })).toBe(false);
        expect((await store.read(key))?.fingerprint).toBe(newer?.fingerprint);
        expect(await store.delete(key, { fingerprint: String(newer?.fingerprint) })).toBe(true);
        expect(await store.read(key)).toBeUndefined();
      });

      it("ST-05 keeps keys apart that look alike, whatever characters they hold", async () => {
        const tenantId = randomUUID();
        const keys: CredentialKey[] = [
          { tenantId, userId: "a:b", provider: "p" },
          { tenantId, userId: "a", provider: "b:p" },
          { tenantId, userId: "a/b{}*?[x]", provider: "p" },
          { tenantId, userId: "a", provider: "p", account: "b" },
          { tenantId, userId: "🦜", provider: "p" },
          { tenantId, userId: "e\u0301", provider: "p" },
          { tenantId, userId: "\u00e9", provider: "p" },
          { tenantId, userId: "A", provider: "p" },
          { tenantId, userId: "a ", provider: "p" },
          { tenantId, userId: "'; --\n\t\\", provider: "p" },
          { tenantId, userId: "x".repeat(512), provider: "p" },
          { tenantId, provider: "p" },
          { userId: tenantId, provider: "p" },
        ];
        for (const each of keys) {
          await store.put(each, { ...sealedCredential(), keyId: credentialId(each).slice(0, 20) });
        }
        for (const each of keys) {
          const record = await store.read(each);
          expect(record?.key).toEqual(each);
          expect(record?.keyId).toBe(credentialId(each).slice(0, 20));
        }
      });
    });

    describe("leasing", () => {
      it("gives the lease with the record, and to nobody else meanwhile", async () => {
        const credential = await storeDirectly();
        const held = await lease();
        expect(held).toMatchObject({
          key,
          fingerprint: credential.fingerprint,
          epoch: 1,
          record: { spendCount: 1 },
        });
        expect(Buffer.from(held.record.sealed)).toEqual(Buffer.from(credential.sealed));
        const second = await store.acquireLease(key, {
          fingerprint: credential.fingerprint,
          leaseMs: 60_000,
        });
        expect(second).toBeUndefined();
        const record = await store.read(key);
        expect(record?.leaseUntil).toBeGreaterThan(record?.storeTime ?? Number.NaN);
      });

      it("gives one lease to fifty simultaneous callers", async () => {
        const { fingerprint } = await storeDirectly();
        const answers = await Promise.all(
          Array.from({ length: 50 }, () =>
            store.acquireLease(key, { fingerprint, leaseMs: 60_000 }),
          ),
        );
        expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
      });

      it("refuses a caller who has seen an older record, and one without a record", async () => {
        await storeDirectly();
        expect(
          await store.acquireLease(key, { fingerprint: "older", leaseMs: 60_000 }),
        ).toBeUndefined();
        const nobody = { ...key, userId: "nobody" };
        expect(
          await store.acquireLease(nobody, { fingerprint: "older", leaseMs: 60_000 }),
        ).toBeUndefined();
      });

      it("gives a lapsed lease to the next, with a higher fence and spend count", async () => {
        await storeDirectly();
        const first = await lapsedLease();
        const second = await lease();
        expect(second.fence).toBeGreaterThan(first.fence);
        expect(second.record.spendCount).toBe(2);
      });

      it("prolongs a lease for its holder only", async () => {
        await storeDirectly();
        const first = await lapsedLease();
        const second = await lease(1_000);
        expect(await store.renewLease(first, 60_000)).toBe(false);
        expect(await store.renewLease(second, 60_000)).toBe(true);
        const record = await store.read(key);
        expect((record?.leaseUntil ?? 0) - (record?.storeTime ?? 0)).toBeGreaterThan(10_000);
      });

      it("TM-05 lets only the holder release", async () => {
        await storeDirectly();
        const first = await lapsedLease();
        const second = await lease();
        expect(await store.releaseLease(first, { sent: true })).toBe(false);
        expect((await store.read(key))?.leaseUntil).toBeDefined();
        expect(await store.releaseLease(second, { sent: true })).toBe(true);
        expect((await store.read(key))?.leaseUntil).toBeUndefined();
      });

      it("takes a lease back once", async () => {
        await storeDirectly();
        await store.releaseLease(await lease(), { sent: true });
        const held = await lease();
        expect(await store.releaseLease(held, { sent: false })).toBe(true);
        expect(await store.releaseLease(held, { sent: false })).toBe(false);
        expect(await store.renewLease(held, 60_000)).toBe(false);
        expect(await store.requireReauthorization(held)).toBe(false);
        expect((await lease()).record.spendCount).toBe(2);
      });

      it("counts a spend that was sent, and not one that was not", async () => {
        await storeDirectly();
        await store.releaseLease(await lease(), { sent: false });
        const second = await lease();
        expect(second.record.spendCount).toBe(1);
        await store.releaseLease(second, { sent: true });
        expect((await lease()).record.spendCount).toBe(2);
      });

      it("gives no lease during a backoff", async () => {
        const { fingerprint } = await storeDirectly();
        await store.releaseLease(await lease(), { sent: true, retryInMs: 60_000 });
        const record = await store.read(key);
        expect((record?.retryAt ?? 0) - (record?.storeTime ?? 0)).toBeGreaterThan(50_000);
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
      });

      it("gives no lease on a dead record", async () => {
        const { fingerprint } = await storeDirectly();
        await store.requireReauthorization(await lease());
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
        await store.revoke(key);
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
      });
    });

    describe("committing", () => {
      it("swaps in the new record, frees the lease and ends the backoff", async () => {
        await storeDirectly();
        await store.releaseLease(await lease(), { sent: true, retryInMs: 1 });
        await expect
          .poll(async () => {
            const record = await store.read(key);
            return record?.retryAt === undefined || record.retryAt < record.storeTime;
          })
          .toBe(true);
        const next = { ...sealedCredential(), expiresInMs: 1_000 };
        expect(await store.commit(await lease(), next)).toBe(true);
        const record = await store.read(key);
        expect(record).toMatchObject({
          status: "active",
          fingerprint: next.fingerprint,
          keyId: next.keyId,
          epoch: 1,
        });
        expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(next.sealed));
        expect(record?.leaseUntil).toBeUndefined();
        expect(record?.retryAt).toBeUndefined();
        expect(record?.expiresAt).toBe((record?.updatedAt ?? 0) + 1_000);
        expect((await lease()).record.spendCount).toBe(1);
      });

      it("succeeds again when the first acknowledgement was lost", async () => {
        await storeDirectly();
        const held = await lease();
        const next = sealedCredential();
        expect(await store.commit(held, next)).toBe(true);
        expect(await store.commit(held, next)).toBe(true);
      });

      it("TM-09 lets a late holder commit while its refresh token is the one on record", async () => {
        await storeDirectly();
        const late = await lapsedLease();
        const current = await lease();
        const next = sealedCredential();
        expect(await store.commit(late, next)).toBe(true);
        expect((await store.read(key))?.fingerprint).toBe(next.fingerprint);
        expect((await store.read(key))?.leaseUntil, "another's lease stays").toBeDefined();
        expect(await store.commit(current, sealedCredential())).toBe(false);
        expect((await store.read(key))?.fingerprint).toBe(next.fingerprint);
      });

      it("TM-09 lets a late holder destroy nothing newer", async () => {
        await storeDirectly();
        const late = await lapsedLease();
        const next = sealedCredential();
        await store.commit(await lease(), next);
        expect(await store.requireReauthorization(late)).toBe(false);
        expect(await store.releaseLease(late, { sent: true, retryInMs: 60_000 })).toBe(false);
        expect(await store.commit(late, sealedCredential())).toBe(false);
        expect(await store.read(key)).toMatchObject({
          status: "active",
          fingerprint: next.fingerprint,
        });
      });

      it("AC-17 lets a new consent win over a running refresh", async () => {
        await storeDirectly();
        const held = await lease();
        const consent = await storeDirectly();
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect(await store.requireReauthorization(held)).toBe(false);
        expect(await store.read(key)).toMatchObject({
          status: "active",
          fingerprint: consent.fingerprint,
          epoch: 2,
        });
      });

      it("TM-11 never undoes a revocation or a deletion", async () => {
        await storeDirectly();
        const held = await lease();
        const revoked = await store.revoke(key);
        expect(revoked?.status).toBe("revoked");
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect((await store.read(key))?.status).toBe("revoked");
        await store.delete(key);
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect(await store.read(key)).toBeUndefined();
      });

      it("revives a record that was declared dead while its answer was on the way", async () => {
        await storeDirectly();
        const late = await lapsedLease();
        await store.requireReauthorization(await lease());
        expect((await store.read(key))?.status).toBe("reauthorization_required");
        expect(await store.commit(late, sealedCredential())).toBe(true);
        expect((await store.read(key))?.status).toBe("active");
      });

      it("answers undefined when there is nothing to revoke", async () => {
        expect(await store.revoke(key)).toBeUndefined();
      });
    });

    describeClaims(() => store);

    describe("listing and deleting by owner", () => {
      it("lists one user's records, and a tenant's, page by page", async () => {
        const tenantId = randomUUID();
        const keys: CredentialKey[] = [
          { tenantId, userId: "alice", provider: "one" },
          { tenantId, userId: "alice", provider: "two" },
          { tenantId, userId: "alice", provider: "two", account: "work" },
          { tenantId, userId: "bob", provider: "one" },
          { tenantId, provider: "one" },
        ];
        for (const each of keys) await store.put(each, sealedCredential());
        await store.put({ userId: "alice", provider: tenantId }, sealedCredential());

        const alice = await store.list({ tenantId, userId: "alice" });
        expect(ids(alice.records.map((record) => record.key))).toEqual(ids(keys.slice(0, 3)));
        expect(alice.next).toBeUndefined();

        const found: CredentialKey[] = [];
        let after: string | undefined;
        let pages = 0;
        do {
          const page = await store.list({ tenantId, limit: 2, after });
          expect(page.records.length).toBeLessThanOrEqual(2);
          found.push(...page.records.map((record) => record.key));
          after = page.next;
          pages += 1;
        } while (after !== undefined && pages < 10);
        expect(ids(found)).toEqual(ids(keys));
        expect(pages).toBeGreaterThanOrEqual(3);
      });

      it("deletes all of one owner and nothing of another", async () => {
        const tenantId = randomUUID();
        const bob = { tenantId, userId: "bob", provider: "one" };
        const application = { tenantId, provider: "one" };
        await store.put({ tenantId, userId: "alice", provider: "one" }, sealedCredential());
        await store.put({ tenantId, userId: "alice", provider: "two" }, sealedCredential());
        await store.put(bob, sealedCredential());
        await store.put(application, sealedCredential());
        expect(await store.deleteAll({ tenantId, userId: "alice" })).toBe(2);
        expect(await store.deleteAll({ tenantId, userId: "alice" })).toBe(0);
        expect(await store.deleteAll({ tenantId })).toBe(1);
        const left = await store.list({ tenantId });
        expect(left.records.map((record) => record.key)).toEqual([bob]);
      });
    });

    describe("re-sealing", () => {
      /** All pages; other tests' records are among them. */
      async function listLeft(keyId: string, limit: number): Promise<readonly CredentialKey[]> {
        const found: CredentialKey[] = [];
        let after: string | undefined;
        do {
          const page = await store.listSealedByOtherKeys({ keyId, limit, after });
          expect(page.records.length).toBeLessThanOrEqual(limit);
          found.push(...page.records.map((record) => record.key));
          after = page.next;
        } while (after !== undefined);
        return found.filter(({ tenantId }) => tenantId === key.tenantId);
      }

      async function storeMany(count: number, keyId: string): Promise<readonly ResealChange[]> {
        const many = Array.from({ length: count }, (_, index) => ({
          key: { ...key, userId: `user-${index}` },
          credential: { ...sealedCredential(), keyId: `${keyId}-${index % 3}` },
        }));
        await Promise.all(many.map(({ key: each, credential }) => store.put(each, credential)));
        return many.map(({ key: each, credential }, index) => ({
          key: each,
          expected: credential.sealed,
          sealed: randomBytes(60 + index),
          keyId: "m",
        }));
      }

      it("swaps the envelope and the key identifier, and nothing else", async () => {
        const before = await storeDirectly();
        const held = await lease();
        const record = await store.read(key);
        const sealed = randomBytes(40);
        expect(await store.reseal([{ key, expected: before.sealed, sealed, keyId: "m" }])).toBe(1);
        const after = await store.read(key);
        expect(Buffer.from(after?.sealed ?? [])).toEqual(sealed);
        const storeTime = after?.storeTime;
        expect({ ...after, sealed }).toEqual({ ...record, sealed, keyId: "m", storeTime });
        expect(await store.renewLease(held, 60_000)).toBe(true);
        expect(await store.commit(held, sealedCredential())).toBe(true);
      });

      it("leaves what was written or deleted since it was read", async () => {
        const changes = await storeMany(3, "a");
        const [written, deleted, still] = changes.map((change) => change.key);
        const credential = sealedCredential();
        await store.put(written ?? key, credential);
        await store.delete(deleted ?? key);
        expect(await store.reseal(changes)).toBe(1);
        expect(await store.reseal(changes)).toBe(0);
        const record = await store.read(written ?? key);
        expect(record).toMatchObject({ keyId: "contract", fingerprint: credential.fingerprint });
        expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(credential.sealed));
        expect(await store.read(deleted ?? key)).toBeUndefined();
        expect((await store.read(still ?? key))?.keyId).toBe("m");
        expect(await store.reseal([])).toBe(0);
      });

      it("lists page by page what other keys sealed, each once", async () => {
        const keys = (await storeMany(10, "a")).map((change) => change.key);
        await store.put({ ...key, userId: "zoe" }, { ...sealedCredential(), keyId: "m" });
        await store.put({ ...key, userId: "yan" }, { ...sealedCredential(), keyId: "z" });
        const expected = [...keys, { ...key, userId: "yan" }];
        expect(ids(await listLeft("m", 4))).toEqual(ids(expected));
        expect(ids(await listLeft("m", 1_000))).toEqual(ids(expected));
      });

      it("ST-08 lists all that is left although each page is re-sealed before the next", async () => {
        const changes = await storeMany(25, "a");
        const waiting = new Map(changes.map((change) => [credentialId(change.key), change]));
        const before = await store.countSealedByOtherKeys("m");
        expect(before).toBeGreaterThanOrEqual(25);
        let after: string | undefined;
        do {
          const page = await store.listSealedByOtherKeys({ keyId: "m", limit: 4, after });
          const batch = page.records.flatMap((record) => {
            const change = waiting.get(credentialId(record.key));
            waiting.delete(credentialId(record.key));
            return change ? [change] : [];
          });
          expect(await store.reseal(batch)).toBe(batch.length);
          after = page.next;
        } while (after !== undefined);
        expect(waiting.size).toBe(0);
        expect(await listLeft("m", 1_000)).toEqual([]);
        for (const { key: each, sealed } of changes) {
          const record = await store.read(each);
          expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(sealed));
        }
      });
    });

    describe("watching", () => {
      it("tells of changes and deletions, and is silent once stopped", async ({ skip }) => {
        if (!store.watch) return skip("this store cannot watch");
        const changes: CredentialChange[] = [];
        const stop = await store.watch((change) => changes.push(change));
        const id = credentialId(key);
        const seen = (kind: string) => () =>
          changes.some((change) => change.kind === kind && "id" in change && change.id === id);
        await storeDirectly();
        await expect.poll(seen("changed")).toBe(true);
        changes.length = 0;
        await store.commit(await lease(), sealedCredential());
        await expect.poll(seen("changed")).toBe(true);
        changes.length = 0;
        await store.revoke(key);
        await expect.poll(seen("changed")).toBe(true);
        await store.delete(key);
        await expect.poll(seen("deleted")).toBe(true);
        await stop();
        changes.length = 0;
        await storeDirectly();
        expect(await store.read(key)).toBeDefined();
        expect(changes).toEqual([]);
      });
    });
  });
}

function ids(keys: readonly CredentialKey[]): string[] {
  return keys.map(credentialId).sort();
}
