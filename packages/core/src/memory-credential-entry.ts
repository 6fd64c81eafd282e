import type { CredentialKey } from "./credential-key.js";
import type {
  CredentialRecord,
  CredentialStatus,
  RefreshLease,
  SealedCredential,
} from "./credential-store.js";

/** What `MemoryCredentialStore` keeps of one credential. */
export interface MemoryCredentialEntry {
  readonly id: string;
  readonly key: CredentialKey;
  status: CredentialStatus;
  sealed: Uint8Array;
  keyId: string;
  fingerprint: string;
  epoch: number;
  expiresAt: number | undefined;
  fence: number;
  leaseUntil: number | undefined;
  spendingFingerprint: string | undefined;
  spendCount: number;
  retryAt: number | undefined;
  /** From then on a claim may give it: lease, backoff and claim are over. */
  availableAt: number;
  createdAt: number;
  updatedAt: number;
}

/** Ends a claim: the entry is to be had as soon as lease and backoff allow. */
export function offer(entry: MemoryCredentialEntry, now: number): void {
  const { leaseUntil, retryAt = now } = entry;
  entry.availableAt = leaseUntil === undefined ? Math.max(now, retryAt) : leaseUntil + 1;
}

/** Whether a lease was neither given back nor overtaken, lapsed or not. */
export function isHeld(entry: MemoryCredentialEntry, lease: RefreshLease): boolean {
  return (
    entry.status === "active" &&
    entry.leaseUntil !== undefined &&
    entry.fence === lease.fence &&
    entry.fingerprint === lease.fingerprint
  );
}

/** When an access token written now expires; nothing where that is unknown. */
export function expiryAt(now: number, credential: SealedCredential): number | undefined {
  return credential.expiresInMs === undefined ? undefined : now + credential.expiresInMs;
}

/** The record as the store hands it out. */
export function toRecord(entry: MemoryCredentialEntry, storeTime: number): CredentialRecord {
  return {
    key: entry.key,
    status: entry.status,
    sealed: entry.sealed.slice(),
    keyId: entry.keyId,
    fingerprint: entry.fingerprint,
    epoch: entry.epoch,
    expiresAt: entry.expiresAt,
    leaseUntil: entry.leaseUntil,
    retryAt: entry.retryAt,
    spendCount: entry.spendingFingerprint === entry.fingerprint ? entry.spendCount : 0,
    createdAt: entry.createdAt,
    updatedAt: entry.updatedAt,
    storeTime,
  };
}
