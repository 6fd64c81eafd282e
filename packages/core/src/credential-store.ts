import type { CredentialKey, CredentialOwner } from "./credential-key.js";

/** What the provider thinks of the grant, as far as we know. */
export type CredentialStatus = "active" | "reauthorization_required" | "revoked";

/** What a writer hands to a store: bytes it cannot read, and what it must know to keep them. */
export interface SealedCredential {
  /** The sealed envelope; stored as bytes, never as text. */
  readonly sealed: Uint8Array;
  /** Identifier of the key-encryption key that sealed it, so that rotation finds what is left. */
  readonly keyId: string;
  /** Names this write and so its refresh token; no two writes share one. */
  readonly fingerprint: string;
  /** Remaining lifetime of the access token in milliseconds, absent when unknown. */
  readonly expiresInMs?: number | undefined;
}

/** One stored credential. All times are milliseconds since the Unix epoch on the store's clock. */
export interface CredentialRecord {
  readonly key: CredentialKey;
  readonly status: CredentialStatus;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly fingerprint: string;
  /** Rises each time the user authorizes, so that an older refresh cannot overwrite a new consent. */
  readonly epoch: number;
  /** When the access token expires; absent when unknown. */
  readonly expiresAt?: number | undefined;
  /** Until when one process alone may refresh; absent when nobody does. */
  readonly leaseUntil?: number | undefined;
  /** Before this moment nobody asks the provider again; absent when there is no backoff. */
  readonly retryAt?: number | undefined;
  /** How often its refresh token was about to be spent; above 0, a refresh was begun and not finished. */
  readonly spendCount: number;
  /** When the user first connected. */
  readonly createdAt: number;
  /** When tokens were last written. */
  readonly updatedAt: number;
  /** The store's clock at the moment of this answer. */
  readonly storeTime: number;
}

/** Proof of a held refresh lease; later writes are checked against all of it. */
export interface RefreshLease {
  readonly key: CredentialKey;
  /** Rises with each lease on this record. */
  readonly fence: number;
  /** Fingerprint of the record whose refresh token is about to be spent. */
  readonly fingerprint: string;
  readonly epoch: number;
}

/** A lease with the record as it was when the lease was taken; its spend count includes this time. */
export interface LeasedCredential extends RefreshLease {
  readonly record: CredentialRecord;
}

/** What {@link CredentialStore.acquireLease} needs to know. */
export interface AcquireLeaseOptions {
  /** Fingerprint the caller has seen; the lease is given only while it still stands. */
  readonly fingerprint: string;
  readonly leaseMs: number;
}

/** What {@link CredentialStore.releaseLease} needs to know. */
export interface ReleaseLeaseOptions {
  /** Whether the token request may have reached the provider; if so the spend stays on record. */
  readonly sent: boolean;
  /** How long nobody should ask the provider again, in milliseconds. */
  readonly retryInMs?: number | undefined;
}

/** What {@link CredentialStore.delete} may be told. */
export interface DeleteCredentialOptions {
  /** Fingerprint the caller has seen; what was written since then stays. @defaultValue any */
  readonly fingerprint?: string | undefined;
}

/** A page of a listing. */
export interface CredentialPage {
  readonly records: readonly CredentialRecord[];
  /** Pass it as `after` to get the next page; absent on the last. */
  readonly next?: string | undefined;
}

/** What {@link CredentialStore.list} lists. */
export interface ListCredentialsOptions {
  readonly tenantId?: string | undefined;
  /** One user's; left out, those of the whole tenant, the application's own included. */
  readonly userId?: string | undefined;
  /** @defaultValue 100 */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** What {@link CredentialStore.claimOrphans} claims. */
export interface ClaimOptions {
  readonly provider: string;
  /** How many at most. */
  readonly limit: number;
  /** How long nobody else is given what this call gave, in milliseconds. */
  readonly claimMs: number;
}

/** What {@link CredentialStore.claimIdle} claims. */
export interface ClaimIdleOptions extends ClaimOptions {
  /** How long a credential must not have been written, in milliseconds. */
  readonly idleMs: number;
}

/** What {@link CredentialStore.listSealedByOtherKeys} lists. */
export interface ListSealedByOtherKeysOptions {
  /** The key whose records are left out. */
  readonly keyId: string;
  /** @defaultValue 100 */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** One envelope to replace by another with the same content. */
export interface ResealChange {
  readonly key: CredentialKey;
  /** The envelope that was opened; if it is no longer the stored one, nothing is replaced. */
  readonly expected: Uint8Array;
  readonly sealed: Uint8Array;
  readonly keyId: string;
}

/** Something changed; whoever caches it must forget. */
export type CredentialChange =
  | { readonly kind: "changed" | "deleted"; readonly id: string }
  /** Changes may be missed from now on, for a lost connection for instance, until a `reset`. */
  | { readonly kind: "lost" }
  /** Changes may have been missed, and are told again from now on: forget everything. */
  | { readonly kind: "reset" };

/** Tells a store to stop watching. */
export type StopWatching = () => Promise<void>;

/**
 * Port that a database implements. A store is blind and dumb: it keeps sealed bytes, compares and
 * swaps, and leases. Every method is one atomic step and one round trip; the store's own clock
 * decides leases and expiry.
 *
 * Methods reject with `StoreUnavailableError` when the database cannot be reached, and with
 * `OAuth2Error` code `store_misconfigured` when it was reached but is not set up. They never
 * answer "nothing there" instead.
 */
export interface CredentialStore {
  /** The record of `key`, in any status. */
  read(key: CredentialKey): Promise<CredentialRecord | undefined>;

  /**
   * Writes what a new consent gave: creates or replaces the record, makes it active, raises its
   * epoch, and drops lease, spend and backoff. `createdAt` stays.
   */
  put(key: CredentialKey, credential: SealedCredential): Promise<void>;

  /**
   * Takes the right to spend the refresh token, and records that it is about to be spent. Gives
   * nothing when the record is absent, not active, of another fingerprint, leased, or backing off.
   */
  acquireLease(
    key: CredentialKey,
    options: AcquireLeaseOptions,
  ): Promise<LeasedCredential | undefined>;

  /**
   * Prolongs a lease from now, lapsed or not; false when it was given back, or fence, fingerprint or
   * status no longer match.
   */
  renewLease(lease: RefreshLease, leaseMs: number): Promise<boolean>;

  /**
   * Writes what a refresh gave if the record still has the fingerprint that was spent and the same
   * epoch, and is not revoked; whether the lease still stands does not matter, for a late holder may
   * own the only living refresh token. Frees the lease if it is still this one, ends the backoff, and
   * makes the record active. Also true when the record already has the new fingerprint: the first
   * acknowledgement was lost.
   */
  commit(lease: RefreshLease, credential: SealedCredential): Promise<boolean>;

  /**
   * Gives a lease back without a new token; false, and nothing done, when it was given back already,
   * or fence, fingerprint or status no longer match.
   */
  releaseLease(lease: RefreshLease, options: ReleaseLeaseOptions): Promise<boolean>;

  /**
   * Records that the provider refuses the refresh token; false, and nothing done, when the lease was
   * given back, or fence, fingerprint or status no longer match.
   */
  requireReauthorization(lease: RefreshLease): Promise<boolean>;

  /** Makes the record revoked for good, lease or not, and gives it; only a new consent revives it. */
  revoke(key: CredentialKey): Promise<CredentialRecord | undefined>;

  /** Removes the record, if it is still the one seen where that is given; true when it was removed. */
  delete(key: CredentialKey, options?: DeleteCredentialOptions): Promise<boolean>;

  /** Removes all records of one owner and tells how many there were. */
  deleteAll(owner: CredentialOwner): Promise<number>;

  /** Records of a user or a tenant, in a stable order. */
  list(options: ListCredentialsOptions): Promise<CredentialPage>;

  /**
   * Claims active records of a provider whose lease ended although their refresh token was about to
   * be spent, and whose backoff is over, those that wait longest first: their process died or gave
   * up, and somebody should try again.
   *
   * A claimed record is given by neither kind of claim until `claimMs` have passed by the store's
   * clock, or until it is written: leased, released, committed, stored again. A claim shares work
   * among processes and guards nothing; leases do that. Fewer keys than `limit` do not mean that
   * none is left: a record that somebody writes at that moment may be left out.
   */
  claimOrphans(options: ClaimOptions): Promise<readonly CredentialKey[]>;

  /**
   * Claims active records of a provider that were not written for `idleMs`, are not leased and not
   * backing off, those not written longest first: their refresh tokens may be about to expire unused.
   * The claim is the one of {@link claimOrphans}.
   */
  claimIdle(options: ClaimIdleOptions): Promise<readonly CredentialKey[]>;

  /**
   * Records not sealed under `keyId`, in any status and a stable order: what is left to re-seal. A
   * record re-sealed or written between two pages is no reason for another to be missed.
   */
  listSealedByOtherKeys(options: ListSealedByOtherKeysOptions): Promise<CredentialPage>;

  /** How many records are not sealed under `keyId`. */
  countSealedByOtherKeys(keyId: string): Promise<number>;

  /**
   * Replaces envelopes and key identifiers, and nothing else, where the envelope is still the one
   * expected, and tells how many were. Each record is one atomic step, not all together; one that
   * somebody writes at that moment may be left out. Fingerprint, lease, epoch and claim stay: the
   * tokens inside are the same. At most 1,000 changes, of different keys.
   */
  reseal(changes: readonly ResealChange[]): Promise<number>;

  /**
   * Calls `listener` for changes made by any process, where the store can. A store notices within a
   * second that it does not hear of them any more, and tells `lost`.
   */
  watch?(listener: (change: CredentialChange) => void): Promise<StopWatching>;
}
