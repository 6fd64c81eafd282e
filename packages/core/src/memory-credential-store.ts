import { type Clock, systemClock } from "./clock.js";
import {
  type CredentialKey,
  type CredentialOwner,
  credentialId,
  credentialOwnerId,
} from "./credential-key.js";
import type {
  AcquireLeaseOptions,
  ClaimIdleOptions,
  ClaimOptions,
  CredentialChange,
  CredentialPage,
  CredentialRecord,
  CredentialStore,
  DeleteCredentialOptions,
  LeasedCredential,
  ListCredentialsOptions,
  ListSealedByOtherKeysOptions,
  RefreshLease,
  ReleaseLeaseOptions,
  ResealChange,
  SealedCredential,
  StopWatching,
} from "./credential-store.js";
import {
  expiryAt,
  isHeld,
  type MemoryCredentialEntry,
  offer,
  toRecord,
} from "./memory-credential-entry.js";

/** Options of {@link MemoryCredentialStore}. */
export interface MemoryCredentialStoreOptions {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** Keeps credentials in this process; for tests, demos and the command line. Lost when it ends. */
export class MemoryCredentialStore implements CredentialStore {
  readonly #clock: Clock;
  readonly #entries = new Map<string, MemoryCredentialEntry>();
  readonly #listeners = new Set<(change: CredentialChange) => void>();

  constructor(options: MemoryCredentialStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  async read(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const entry = this.#entries.get(credentialId(key));
    return entry && this.#toRecord(entry);
  }

  async put(key: CredentialKey, credential: SealedCredential): Promise<void> {
    const id = credentialId(key);
    const now = this.#clock.now();
    const before = this.#entries.get(id);
    this.#entries.set(id, {
      id,
      key: { ...key },
      status: "active",
      sealed: credential.sealed.slice(),
      keyId: credential.keyId,
      fingerprint: credential.fingerprint,
      epoch: (before?.epoch ?? 0) + 1,
      expiresAt: expiryAt(now, credential),
      fence: before?.fence ?? 0,
      leaseUntil: undefined,
      spendingFingerprint: undefined,
      spendCount: 0,
      retryAt: undefined,
      availableAt: now,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    });
    this.#tell({ kind: "changed", id });
  }

  async acquireLease(
    key: CredentialKey,
    options: AcquireLeaseOptions,
  ): Promise<LeasedCredential | undefined> {
    const entry = this.#entries.get(credentialId(key));
    const now = this.#clock.now();
    if (
      entry?.status !== "active" ||
      entry.fingerprint !== options.fingerprint ||
      (entry.retryAt !== undefined && entry.retryAt > now) ||
      (entry.leaseUntil !== undefined && entry.leaseUntil >= now)
    ) {
      return undefined;
    }
    entry.fence += 1;
    entry.leaseUntil = now + options.leaseMs;
    entry.spendCount = entry.spendingFingerprint === entry.fingerprint ? entry.spendCount + 1 : 1;
    entry.spendingFingerprint = entry.fingerprint;
    offer(entry, now);
    return {
      key: entry.key,
      fence: entry.fence,
      fingerprint: entry.fingerprint,
      epoch: entry.epoch,
      record: this.#toRecord(entry),
    };
  }

  async renewLease(lease: RefreshLease, leaseMs: number): Promise<boolean> {
    const entry = this.#held(lease);
    if (!entry) return false;
    const now = this.#clock.now();
    entry.leaseUntil = now + leaseMs;
    offer(entry, now);
    return true;
  }

  async commit(lease: RefreshLease, credential: SealedCredential): Promise<boolean> {
    const entry = this.#entries.get(credentialId(lease.key));
    if (!entry) return false;
    if (entry.fingerprint === credential.fingerprint) return true;
    if (
      entry.fingerprint !== lease.fingerprint ||
      entry.epoch !== lease.epoch ||
      entry.status === "revoked"
    ) {
      return false;
    }
    const now = this.#clock.now();
    entry.sealed = credential.sealed.slice();
    entry.keyId = credential.keyId;
    entry.fingerprint = credential.fingerprint;
    entry.expiresAt = expiryAt(now, credential);
    entry.status = "active";
    entry.spendingFingerprint = undefined;
    entry.spendCount = 0;
    entry.retryAt = undefined;
    entry.updatedAt = now;
    if (entry.fence === lease.fence) entry.leaseUntil = undefined;
    offer(entry, now);
    this.#tell({ kind: "changed", id: entry.id });
    return true;
  }

  async releaseLease(lease: RefreshLease, options: ReleaseLeaseOptions): Promise<boolean> {
    const entry = this.#held(lease);
    if (!entry) return false;
    const now = this.#clock.now();
    entry.leaseUntil = undefined;
    if (options.retryInMs !== undefined) entry.retryAt = now + options.retryInMs;
    if (!options.sent) {
      entry.spendCount -= 1;
      if (entry.spendCount === 0) entry.spendingFingerprint = undefined;
    }
    offer(entry, now);
    this.#tell({ kind: "changed", id: entry.id });
    return true;
  }

  async requireReauthorization(lease: RefreshLease): Promise<boolean> {
    const entry = this.#held(lease);
    if (!entry) return false;
    entry.status = "reauthorization_required";
    entry.leaseUntil = undefined;
    this.#tell({ kind: "changed", id: entry.id });
    return true;
  }

  async revoke(key: CredentialKey): Promise<CredentialRecord | undefined> {
    const entry = this.#entries.get(credentialId(key));
    if (!entry) return undefined;
    entry.status = "revoked";
    entry.leaseUntil = undefined;
    entry.spendingFingerprint = undefined;
    entry.spendCount = 0;
    this.#tell({ kind: "changed", id: entry.id });
    return this.#toRecord(entry);
  }

  async delete(key: CredentialKey, options: DeleteCredentialOptions = {}): Promise<boolean> {
    const id = credentialId(key);
    const { fingerprint = this.#entries.get(id)?.fingerprint } = options;
    return this.#entries.get(id)?.fingerprint === fingerprint && this.#remove(id);
  }

  async deleteAll(owner: CredentialOwner): Promise<number> {
    const ownerId = credentialOwnerId(owner);
    const theirs = [...this.#entries.values()].filter(
      (entry) => credentialOwnerId(entry.key) === ownerId,
    );
    for (const entry of theirs) this.#remove(entry.id);
    return theirs.length;
  }

  async list(options: ListCredentialsOptions): Promise<CredentialPage> {
    return this.#page(
      options,
      ({ key }) =>
        key.tenantId === options.tenantId &&
        (options.userId === undefined || key.userId === options.userId),
    );
  }

  async claimOrphans(options: ClaimOptions): Promise<readonly CredentialKey[]> {
    const orphans = this.#available(options.provider).filter(
      (entry) => entry.spendingFingerprint === entry.fingerprint,
    );
    orphans.sort((one, other) => one.availableAt - other.availableAt);
    return this.#claim(orphans, options);
  }

  async claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]> {
    const idleSince = this.#clock.now() - options.idleMs;
    const idle = this.#available(options.provider).filter((entry) => entry.updatedAt <= idleSince);
    idle.sort((one, other) => one.updatedAt - other.updatedAt);
    return this.#claim(idle, options);
  }

  async listSealedByOtherKeys(options: ListSealedByOtherKeysOptions): Promise<CredentialPage> {
    return this.#page(options, ({ keyId }) => keyId !== options.keyId);
  }

  async countSealedByOtherKeys(keyId: string): Promise<number> {
    return [...this.#entries.values()].filter((entry) => entry.keyId !== keyId).length;
  }

  async reseal(changes: readonly ResealChange[]): Promise<number> {
    let swapped = 0;
    for (const { key, expected, sealed, keyId } of changes) {
      const entry = this.#entries.get(credentialId(key));
      if (!entry || !Buffer.from(entry.sealed).equals(expected)) continue;
      entry.sealed = sealed.slice();
      entry.keyId = keyId;
      swapped += 1;
    }
    return swapped;
  }

  async watch(listener: (change: CredentialChange) => void): Promise<StopWatching> {
    this.#listeners.add(listener);
    return async () => {
      this.#listeners.delete(listener);
    };
  }

  #held(lease: RefreshLease): MemoryCredentialEntry | undefined {
    const entry = this.#entries.get(credentialId(lease.key));
    return entry && isHeld(entry, lease) ? entry : undefined;
  }

  #available(provider: string): MemoryCredentialEntry[] {
    const now = this.#clock.now();
    return [...this.#entries.values()].filter(
      ({ key, status, availableAt }) =>
        key.provider === provider && status === "active" && availableAt <= now,
    );
  }

  #claim(
    entries: readonly MemoryCredentialEntry[],
    { limit, claimMs }: ClaimOptions,
  ): readonly CredentialKey[] {
    const claimed = entries.slice(0, limit);
    for (const entry of claimed) entry.availableAt = this.#clock.now() + claimMs;
    return claimed.map(({ key }) => key);
  }

  #page(
    {
      limit = 100,
      after,
    }: { readonly limit?: number | undefined; readonly after?: string | undefined },
    matches: (entry: MemoryCredentialEntry) => boolean,
  ): CredentialPage {
    const matching = [...this.#entries.values()]
      .filter((entry) => matches(entry) && (after === undefined || entry.id > after))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const page = matching.slice(0, limit);
    return {
      records: page.map((entry) => this.#toRecord(entry)),
      next: matching.length > limit ? page.at(-1)?.id : undefined,
    };
  }

  #remove(id: string): boolean {
    const removed = this.#entries.delete(id);
    if (removed) this.#tell({ kind: "deleted", id });
    return removed;
  }

  #tell(change: CredentialChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #toRecord(entry: MemoryCredentialEntry): CredentialRecord {
    return toRecord(entry, this.#clock.now());
  }
}
