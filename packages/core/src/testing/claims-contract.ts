import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type {
  ClaimIdleOptions,
  ClaimOptions,
  CredentialStore,
  LeasedCredential,
} from "../credential-store.js";
import { sealedCredential } from "./sealed-credential.js";

const minute = 60_000;
/** A lease or an absence that is over already. */
const over = -minute;

/** Registers what both claims of a store must show; each test has a provider of its own. */
export function describeClaims(getStore: () => CredentialStore): void {
  describe("claiming", () => {
    let store: CredentialStore;
    let key: CredentialKey;

    beforeEach(() => {
      store = getStore();
      key = { tenantId: randomUUID(), userId: "alice", provider: randomUUID() };
    });

    function claimOrphans(options: Partial<ClaimOptions> = {}): Promise<readonly CredentialKey[]> {
      const { provider } = key;
      return store.claimOrphans({ provider, limit: 100, claimMs: minute, ...options });
    }

    function claimIdle(options: Partial<ClaimIdleOptions> = {}): Promise<readonly CredentialKey[]> {
      const { provider } = key;
      return store.claimIdle({ provider, limit: 100, claimMs: minute, idleMs: 0, ...options });
    }

    async function lease(leaseMs = minute, of = key): Promise<LeasedCredential> {
      const record = await store.read(of);
      const leased =
        record && (await store.acquireLease(of, { fingerprint: record.fingerprint, leaseMs }));
      expect(leased, "a free lease is given").toBeDefined();
      return leased as LeasedCredential;
    }

    /** Keys of users whose refresh was begun, the first longest ago, and never finished. */
    async function storeOrphans(count: number): Promise<readonly CredentialKey[]> {
      const keys = Array.from({ length: count }, (_, n) => ({ ...key, userId: `user-${n}` }));
      await Promise.all(
        keys.map(async (each, n) => {
          await store.put(each, sealedCredential());
          await lease(over - (count - n) * 1_000, each);
        }),
      );
      return keys;
    }

    /** Waits until the store's clock has left the moment of a write behind. */
    async function storeAndWait(of: CredentialKey): Promise<void> {
      await store.put(of, sealedCredential());
      await expect
        .poll(async () => {
          const record = await store.read(of);
          return record !== undefined && record.storeTime > record.updatedAt;
        })
        .toBe(true);
    }

    describe("orphans", () => {
      it("gives a record whose holder died mid-spend, until somebody finishes it", async () => {
        await store.put(key, sealedCredential());
        expect(await claimOrphans()).toEqual([]);
        await lease(1);
        await expect.poll(() => claimOrphans({ claimMs: over })).toEqual([key]);
        const held = await lease();
        expect(await claimOrphans()).toEqual([]);
        expect((await store.read(key))?.spendCount).toBe(2);
        await store.commit(held, sealedCredential());
        expect(await claimOrphans()).toEqual([]);
        expect((await store.read(key))?.spendCount).toBe(0);
      });

      it("gives no record whose spend was not sent, is backing off, or is dead", async () => {
        await store.put(key, sealedCredential());
        await store.releaseLease(await lease(), { sent: false });
        expect(await claimOrphans()).toEqual([]);
        await store.releaseLease(await lease(), { sent: true, retryInMs: minute });
        expect(await claimOrphans()).toEqual([]);
        await store.put(key, sealedCredential());
        await store.releaseLease(await lease(), { sent: true });
        expect(await claimOrphans({ claimMs: over })).toEqual([key]);
        await store.requireReauthorization(await lease());
        expect(await claimOrphans()).toEqual([]);
        await store.put(key, sealedCredential());
        await lease(over);
        await store.revoke(key);
        expect(await claimOrphans()).toEqual([]);
      });

      it("gives a record once its backoff is over", async () => {
        await store.put(key, sealedCredential());
        await store.releaseLease(await lease(), { sent: true, retryInMs: 1 });
        await expect.poll(() => claimOrphans()).toEqual([key]);
      });

      it("gives those of other keys and providers to their own claims", async () => {
        const [first] = await storeOrphans(1);
        const other = { ...key, provider: randomUUID() };
        await store.put(other, sealedCredential());
        await lease(over, other);
        const bare = { provider: key.provider };
        await store.put(bare, sealedCredential());
        await lease(over, bare);
        const work = { ...key, account: "work" };
        await store.put(work, sealedCredential());
        await lease(over, work);
        expect(ids(await claimOrphans())).toEqual(ids([first ?? key, bare, work]));
        expect(await claimOrphans({ provider: other.provider })).toEqual([other]);
        expect(await claimOrphans({ provider: randomUUID() })).toEqual([]);
      });

      it("gives no more than asked for, those that wait longest first", async () => {
        const keys = await storeOrphans(9);
        expect(await claimOrphans({ limit: 4 })).toEqual(keys.slice(0, 4));
        expect(await claimOrphans({ limit: 4 })).toEqual(keys.slice(4, 8));
        expect(await claimOrphans({ limit: 4 })).toEqual(keys.slice(8));
        expect(await claimOrphans({ limit: 4 })).toEqual([]);
      });

      it("gives no record that was deleted", async () => {
        const [first, ...others] = await storeOrphans(3);
        await store.delete(first ?? key);
        expect(ids(await claimOrphans({ claimMs: over }))).toEqual(ids(others));
        for (const each of others) await store.deleteAll(each);
        expect(await claimOrphans()).toEqual([]);
      });
    });

    describe("what is idle", () => {
      it("gives records not written for long enough, those not written longest first", async () => {
        const keys = ["alice", "bob", "carol"].map((userId) => ({ ...key, userId }));
        for (const each of keys) await storeAndWait(each);
        await store.put({ ...key, provider: randomUUID() }, sealedCredential());
        expect(await claimIdle({ idleMs: minute })).toEqual([]);
        expect(await claimIdle({ limit: 2 })).toEqual(keys.slice(0, 2));
        expect(await claimIdle({ limit: 2 })).toEqual(keys.slice(2));
      });

      it("gives a record that was refreshed after one that was not", async () => {
        const bob = { ...key, userId: "bob" };
        await storeAndWait(key);
        await storeAndWait(bob);
        expect(await store.commit(await lease(), sealedCredential())).toBe(true);
        expect(await claimIdle()).toEqual([bob, key]);
      });

      it("gives no record that is leased, backing off, or dead", async () => {
        await store.put(key, sealedCredential());
        const held = await lease();
        expect(await claimIdle()).toEqual([]);
        await store.releaseLease(held, { sent: false, retryInMs: minute });
        expect(await claimIdle()).toEqual([]);
        await store.put(key, sealedCredential());
        await store.requireReauthorization(await lease());
        expect(await claimIdle()).toEqual([]);
        await store.revoke(key);
        expect(await claimIdle()).toEqual([]);
        await store.put(key, sealedCredential());
        await store.delete(key);
        expect(await claimIdle()).toEqual([]);
      });

      it("gives a record once its lease or its backoff is over", async () => {
        await store.put(key, sealedCredential());
        const held = await lease(1);
        await expect.poll(() => claimIdle()).toEqual([key]);
        await store.releaseLease(held, { sent: false, retryInMs: 1 });
        await expect.poll(() => claimIdle()).toEqual([key]);
      });
    });

    describe("as a claim", () => {
      it("gives each record to one of many simultaneous callers, and all in the end", async () => {
        const keys = await storeOrphans(40);
        const atOnce = await Promise.all(
          Array.from({ length: 16 }, (_, n) =>
            n % 2 === 0 ? claimOrphans({ limit: 5 }) : claimIdle({ limit: 5 }),
          ),
        );
        for (const claimed of atOnce) expect(claimed.length).toBeLessThanOrEqual(5);
        const rest = await claimOrphans();
        expect(ids([...atOnce.flat(), ...rest])).toEqual(ids(keys));
        expect([...(await claimOrphans()), ...(await claimIdle())]).toEqual([]);
      });

      it("is shared by both kinds", async () => {
        await store.put(key, sealedCredential());
        await lease(over);
        expect(await claimOrphans()).toEqual([key]);
        expect(await claimIdle()).toEqual([]);
        await lease(over);
        expect(await claimIdle()).toEqual([key]);
        expect(await claimOrphans()).toEqual([]);
      });

      it("ends by itself, and what nobody finished comes again", async () => {
        const [first] = await storeOrphans(1);
        expect(await claimOrphans({ claimMs: 1 })).toEqual([first]);
        await expect.poll(() => claimOrphans({ claimMs: 1 })).toEqual([first]);
        await expect.poll(() => claimIdle()).toEqual([first]);
      });

      it("ends for any absence when it ends for one", async () => {
        await store.put(key, sealedCredential());
        expect(await claimIdle({ idleMs: over, claimMs: minute })).toEqual([key]);
        expect(await claimIdle({ idleMs: over * 10 })).toEqual([]);
        expect(await claimIdle({ idleMs: 0 })).toEqual([]);
        await store.put(key, sealedCredential());
        expect(await claimIdle({ idleMs: over, claimMs: over })).toEqual([key]);
        expect(await claimIdle({ idleMs: 0 })).toEqual([key]);
      });

      it("ends with a write", async () => {
        await store.put(key, sealedCredential());
        await lease(over);
        expect(await claimOrphans()).toEqual([key]);
        const held = await lease(over);
        expect(await claimOrphans(), "leased since").toEqual([key]);
        expect(await store.renewLease(held, over)).toBe(true);
        expect(await claimOrphans(), "renewed since").toEqual([key]);
        expect(await store.releaseLease(held, { sent: true })).toBe(true);
        expect(await claimOrphans(), "released since").toEqual([key]);
        expect(await claimIdle()).toEqual([]);
        expect(await store.commit(await lease(), sealedCredential())).toBe(true);
        expect(await claimIdle(), "refreshed since").toEqual([key]);
        await store.put(key, sealedCredential());
        expect(await claimIdle(), "stored again since").toEqual([key]);
      });

      it("stays when the record is sealed again", async () => {
        const credential = sealedCredential();
        await store.put(key, credential);
        await lease(over);
        expect(await claimOrphans()).toEqual([key]);
        const change = { key, expected: credential.sealed, sealed: randomBytes(60), keyId: "m" };
        expect(await store.reseal([change])).toBe(1);
        expect([...(await claimOrphans()), ...(await claimIdle())]).toEqual([]);
      });

      it("stays when a step is refused", async () => {
        const credential = sealedCredential();
        await store.put(key, credential);
        const late = await lease(over);
        const next = sealedCredential();
        expect(await store.commit(await lease(over), next)).toBe(true);
        expect(await claimIdle()).toEqual([key]);
        expect(await store.renewLease(late, minute)).toBe(false);
        expect(await store.releaseLease(late, { sent: true })).toBe(false);
        expect(await store.commit(late, sealedCredential())).toBe(false);
        expect(await store.commit(late, next)).toBe(true);
        expect(await claimIdle()).toEqual([]);
      });

      it("is no lease, and changes nothing a reader sees", async () => {
        await store.put(key, sealedCredential());
        const before = await store.read(key);
        expect(await claimIdle()).toEqual([key]);
        const after = await store.read(key);
        expect(after).toEqual({ ...before, storeTime: after?.storeTime });
        expect((await lease()).record.spendCount).toBe(1);
      });
    });
  });
}

function ids(keys: readonly CredentialKey[]): string[] {
  return keys.map(credentialId).sort();
}
