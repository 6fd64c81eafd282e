import { beforeEach, describe, expect, it } from "vitest";
import type { CredentialKey } from "../credential-key.js";
import type { CredentialStore } from "../credential-store.js";
import { RecordUnderTest } from "./record-under-test.js";
import { sealedCredential } from "./sealed-credential.js";

/** Registers what leases of a store, and writes under them, must show. */
export function describeLeases(getStore: () => CredentialStore): void {
  describe("leasing and committing", () => {
    let subject: RecordUnderTest;
    let store: CredentialStore;
    let key: CredentialKey;

    beforeEach(() => {
      subject = new RecordUnderTest(getStore());
      ({ store, key } = subject);
    });

    describe("leasing", () => {
      it("gives the lease with the record, and to nobody else meanwhile", async () => {
        const credential = await subject.put();
        const held = await subject.lease();
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
        const { fingerprint } = await subject.put();
        const answers = await Promise.all(
          Array.from({ length: 50 }, () =>
            store.acquireLease(key, { fingerprint, leaseMs: 60_000 }),
          ),
        );
        expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
      });

      it("refuses a caller who has seen an older record, and one without a record", async () => {
        await subject.put();
        expect(
          await store.acquireLease(key, { fingerprint: "older", leaseMs: 60_000 }),
        ).toBeUndefined();
        const nobody = { ...key, userId: "nobody" };
        expect(
          await store.acquireLease(nobody, { fingerprint: "older", leaseMs: 60_000 }),
        ).toBeUndefined();
      });

      it("gives a lapsed lease to the next, with a higher fence and spend count", async () => {
        await subject.put();
        const first = await subject.lapsedLease();
        const second = await subject.lease();
        expect(second.fence).toBeGreaterThan(first.fence);
        expect(second.record.spendCount).toBe(2);
      });

      it("prolongs a lease for its holder only", async () => {
        await subject.put();
        const first = await subject.lapsedLease();
        const second = await subject.lease(1_000);
        expect(await store.renewLease(first, 60_000)).toBe(false);
        expect(await store.renewLease(second, 60_000)).toBe(true);
        const record = await store.read(key);
        expect((record?.leaseUntil ?? 0) - (record?.storeTime ?? 0)).toBeGreaterThan(10_000);
      });

      it("TM-05 lets only the holder release", async () => {
        await subject.put();
        const first = await subject.lapsedLease();
        const second = await subject.lease();
        expect(await store.releaseLease(first, { sent: true })).toBe(false);
        expect((await store.read(key))?.leaseUntil).toBeDefined();
        expect(await store.releaseLease(second, { sent: true })).toBe(true);
        expect((await store.read(key))?.leaseUntil).toBeUndefined();
      });

      it("takes a lease back once", async () => {
        await subject.put();
        await store.releaseLease(await subject.lease(), { sent: true });
        const held = await subject.lease();
        expect(await store.releaseLease(held, { sent: false })).toBe(true);
        expect(await store.releaseLease(held, { sent: false })).toBe(false);
        expect(await store.renewLease(held, 60_000)).toBe(false);
        expect(await store.requireReauthorization(held)).toBe(false);
        expect((await subject.lease()).record.spendCount).toBe(2);
      });

      it("counts a spend that was sent, and not one that was not", async () => {
        await subject.put();
        await store.releaseLease(await subject.lease(), { sent: false });
        const second = await subject.lease();
        expect(second.record.spendCount).toBe(1);
        await store.releaseLease(second, { sent: true });
        expect((await subject.lease()).record.spendCount).toBe(2);
      });

      it("gives no lease during a backoff", async () => {
        const { fingerprint } = await subject.put();
        await store.releaseLease(await subject.lease(), { sent: true, retryInMs: 60_000 });
        const record = await store.read(key);
        expect((record?.retryAt ?? 0) - (record?.storeTime ?? 0)).toBeGreaterThan(50_000);
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
      });

      it("gives no lease on a dead record", async () => {
        const { fingerprint } = await subject.put();
        await store.requireReauthorization(await subject.lease());
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
        await store.revoke(key);
        expect(await store.acquireLease(key, { fingerprint, leaseMs: 60_000 })).toBeUndefined();
      });
    });

    describe("committing", () => {
      it("swaps in the new record, frees the lease and ends the backoff", async () => {
        await subject.put();
        await store.releaseLease(await subject.lease(), { sent: true, retryInMs: 1 });
        await expect
          .poll(async () => {
            const record = await store.read(key);
            return record?.retryAt === undefined || record.retryAt < record.storeTime;
          })
          .toBe(true);
        const next = { ...sealedCredential(), expiresInMs: 1_000 };
        expect(await store.commit(await subject.lease(), next)).toBe(true);
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
        expect((await subject.lease()).record.spendCount).toBe(1);
      });

      it("succeeds again when the first acknowledgement was lost", async () => {
        await subject.put();
        const held = await subject.lease();
        const next = sealedCredential();
        expect(await store.commit(held, next)).toBe(true);
        expect(await store.commit(held, next)).toBe(true);
      });

      it("TM-09 lets a late holder commit while its refresh token is the one on record", async () => {
        await subject.put();
        const late = await subject.lapsedLease();
        const current = await subject.lease();
        const next = sealedCredential();
        expect(await store.commit(late, next)).toBe(true);
        expect((await store.read(key))?.fingerprint).toBe(next.fingerprint);
        expect((await store.read(key))?.leaseUntil, "another's lease stays").toBeDefined();
        expect(await store.commit(current, sealedCredential())).toBe(false);
        expect((await store.read(key))?.fingerprint).toBe(next.fingerprint);
      });

      it("TM-09 lets a late holder destroy nothing newer", async () => {
        await subject.put();
        const late = await subject.lapsedLease();
        const next = sealedCredential();
        await store.commit(await subject.lease(), next);
        expect(await store.requireReauthorization(late)).toBe(false);
        expect(await store.releaseLease(late, { sent: true, retryInMs: 60_000 })).toBe(false);
        expect(await store.commit(late, sealedCredential())).toBe(false);
        expect(await store.read(key)).toMatchObject({
          status: "active",
          fingerprint: next.fingerprint,
        });
      });

      it("AC-17 lets a new consent win over a running refresh", async () => {
        await subject.put();
        const held = await subject.lease();
        const consent = await subject.put();
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect(await store.requireReauthorization(held)).toBe(false);
        expect(await store.read(key)).toMatchObject({
          status: "active",
          fingerprint: consent.fingerprint,
          epoch: 2,
        });
      });

      it("TM-11 never undoes a revocation or a deletion", async () => {
        await subject.put();
        const held = await subject.lease();
        const revoked = await store.revoke(key);
        expect(revoked?.status).toBe("revoked");
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect((await store.read(key))?.status).toBe("revoked");
        await store.delete(key);
        expect(await store.commit(held, sealedCredential())).toBe(false);
        expect(await store.read(key)).toBeUndefined();
      });

      it("revives a record that was declared dead while its answer was on the way", async () => {
        await subject.put();
        const late = await subject.lapsedLease();
        await store.requireReauthorization(await subject.lease());
        expect((await store.read(key))?.status).toBe("reauthorization_required");
        expect(await store.commit(late, sealedCredential())).toBe(true);
        expect((await store.read(key))?.status).toBe("active");
      });

      it("answers undefined when there is nothing to revoke", async () => {
        expect(await store.revoke(key)).toBeUndefined();
      });
    });
  });
}
