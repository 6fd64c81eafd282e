import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type { CredentialChange, CredentialStore } from "../credential-store.js";
import { describeClaims } from "./claims-contract.js";
import { describeLeases } from "./lease-contract.js";
import { idsOf, RecordUnderTest } from "./record-under-test.js";
import { describeResealing } from "./resealing-contract.js";
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
    let subject: RecordUnderTest;
    let store: CredentialStore;
    let key: CredentialKey;

    beforeEach(async () => {
      subject = new RecordUnderTest(await options.createStore());
      ({ store, key } = subject);
    });

    afterEach(async () => {
      await options.destroyStore?.(store);
    });

    describe("keeping records", () => {
      it("answers undefined for a key never stored", async () => {
        expect(await store.read(key)).toBeUndefined();
      });

      it("gives back the bytes it was given, whatever they are", async () => {
        const sealed = Uint8Array.from({ length: 256 }, (_, index) => index);
        await subject.put({ ...sealedCredential(), sealed });
        const record = await store.read(key);
        expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.from(sealed));
      });

      it("gives back everything else about a record", async () => {
        const credential = await subject.put();
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
        await subject.put({ ...sealedCredential(), expiresInMs: 3_600_000 });
        const record = await store.read(key);
        expect(record?.expiresAt).toBe((record?.updatedAt ?? 0) + 3_600_000);
      });

      it("keeps an unknown expiry unknown, and a past one past", async () => {
        await subject.put({ ...sealedCredential(), expiresInMs: undefined });
        expect((await store.read(key))?.expiresAt).toBeUndefined();
        await subject.put({ ...sealedCredential(), expiresInMs: -5_000 });
        const record = await store.read(key);
        expect(record?.expiresAt).toBe((record?.updatedAt ?? 0) - 5_000);
        for (const sinceEpoch of [-5, 0, 5]) {
          await subject.put({ ...sealedCredential(), expiresInMs: sinceEpoch - Date.now() });
          const ancient = await store.read(key);
          expect(ancient?.expiresAt).toBeLessThan(ancient?.storeTime ?? Number.NaN);
        }
      });

      it("raises the epoch and keeps the first connection's date when stored again", async () => {
        await subject.put();
        const first = await store.read(key);
        const credential = await subject.put();
        const second = await store.read(key);
        expect(second?.epoch).toBe(2);
        expect(second?.fingerprint).toBe(credential.fingerprint);
        expect(second?.createdAt).toBe(first?.createdAt);
      });

      it("revives a revoked record on a new consent", async () => {
        await subject.put();
        await store.revoke(key);
        await subject.put();
        expect((await store.read(key))?.status).toBe("active");
      });

      it("deletes once", async () => {
        await subject.put();
        expect(await store.delete(key)).toBe(true);
        expect(await store.delete(key)).toBe(false);
        expect(await store.read(key)).toBeUndefined();
      });

      it("AC-17 deletes what was seen, and leaves what was written since", async () => {
        await subject.put();
        const seen = await store.read(key);
        await subject.put();
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

    describeLeases(() => store);
    describeClaims(() => store);
    describeResealing(() => store);

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
        expect(idsOf(alice.records.map((record) => record.key))).toEqual(idsOf(keys.slice(0, 3)));
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
        expect(idsOf(found)).toEqual(idsOf(keys));
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

    describe("watching", () => {
      it("tells of changes and deletions, and is silent once stopped", async ({ skip }) => {
        if (!store.watch) return skip("this store cannot watch");
        const changes: CredentialChange[] = [];
        const stop = await store.watch((change) => changes.push(change));
        const id = credentialId(key);
        const seen = (kind: string) => () =>
          changes.some((change) => change.kind === kind && "id" in change && change.id === id);
        await subject.put();
        await expect.poll(seen("changed")).toBe(true);
        changes.length = 0;
        await store.commit(await subject.lease(), sealedCredential());
        await expect.poll(seen("changed")).toBe(true);
        changes.length = 0;
        await store.revoke(key);
        await expect.poll(seen("changed")).toBe(true);
        await store.delete(key);
        await expect.poll(seen("deleted")).toBe(true);
        await stop();
        changes.length = 0;
        await subject.put();
        expect(await store.read(key)).toBeDefined();
        expect(changes).toEqual([]);
      });
    });
  });
}
