import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type { CredentialStore, LeasedCredential, SealedCredential } from "../credential-store.js";
import { sealedCredential } from "./sealed-credential.js";

/** One record of a store, with a key that no other test has. */
export class RecordUnderTest {
  readonly store: CredentialStore;
  readonly key: CredentialKey = { tenantId: randomUUID(), userId: "alice", provider: "example" };

  constructor(store: CredentialStore) {
    this.store = store;
  }

  async put(credential: SealedCredential = sealedCredential()): Promise<SealedCredential> {
    await this.store.put(this.key, credential);
    return credential;
  }

  /** Takes the lease, which must be free. */
  async lease(leaseMs = 60_000): Promise<LeasedCredential> {
    const { store, key } = this;
    const record = await store.read(key);
    const leased =
      record && (await store.acquireLease(key, { fingerprint: record.fingerprint, leaseMs }));
    expect(leased, "a free lease is given").toBeDefined();
    return leased as LeasedCredential;
  }

  /** Takes a lease that has already ended when this returns. */
  async lapsedLease(): Promise<LeasedCredential> {
    const lapsed = await this.lease(1);
    await expect
      .poll(async () => {
        const record = await this.store.read(this.key);
        return record?.leaseUntil === undefined || record.leaseUntil < record.storeTime;
      })
      .toBe(true);
    return lapsed;
  }
}

/** Identifiers of keys, in an order that does not depend on theirs. */
export function idsOf(keys: readonly CredentialKey[]): string[] {
  return keys.map(credentialId).sort();
}
