import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type { CredentialStore, ResealChange } from "../credential-store.js";
import { idsOf, RecordUnderTest } from "./record-under-test.js";
import { sealedCredential } from "./sealed-credential.js";

/** Registers what a store must show while its records are sealed anew with another key. */
export function describeResealing(getStore: () => CredentialStore): void {
  describe("re-sealing", () => {
    let subject: RecordUnderTest;
    let store: CredentialStore;
    let key: CredentialKey;

    beforeEach(() => {
      subject = new RecordUnderTest(getStore());
      ({ store, key } = subject);
    });

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
      const before = await subject.put();
      const held = await subject.lease();
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
      expect(idsOf(await listLeft("m", 4))).toEqual(idsOf(expected));
      expect(idsOf(await listLeft("m", 1_000))).toEqual(idsOf(expected));
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
}
