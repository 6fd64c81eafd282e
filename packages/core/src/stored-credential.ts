import type { CredentialKey } from "./credential-key.js";
import type { CredentialRecord, CredentialStatus } from "./credential-store.js";
import { decodeCredentials, type OAuth2Credentials } from "./credentials.js";

/** A credential opened from the store. Durations are from now, by the store's clock. */
export interface StoredCredential {
  readonly key: CredentialKey;
  readonly status: CredentialStatus;
  readonly credentials: OAuth2Credentials;
  readonly fingerprint: string;
  /** Until the access token expires, in milliseconds, negative once it has; absent when unknown. */
  readonly expiresInMs?: number | undefined;
  /** Since its tokens were written, in milliseconds. */
  readonly writtenAgoMs: number;
  /** Until nobody holds the refresh lease, in milliseconds; 0 when it is free. */
  readonly leaseEndsInMs: number;
  /** Until the provider may be asked again, in milliseconds; 0 when it may. */
  readonly retryInMs: number;
  /** How often the refresh token was about to be spent; above 0, a refresh was begun and not finished. */
  readonly spendCount: number;
}

/** A credential of which all use was stopped. */
export interface RevokedCredential {
  readonly key: CredentialKey;
  readonly fingerprint: string;
  /** What is to be revoked at the provider; absent where it does not open, for lack of its key or by damage. */
  readonly credentials: OAuth2Credentials | undefined;
}

/** What {@link toStoredCredential} needs beside the record. */
export interface OpenedRecord {
  /** The key that was asked for: what the row says of itself is not trusted. */
  readonly key: CredentialKey;
  /** What was sealed. */
  readonly plaintext: Uint8Array;
  /** This machine's time, in milliseconds since the epoch, at which the record came. */
  readonly now: number;
}

/** A record as it was opened, its times on this machine's clock. */
export function toStoredCredential(
  record: CredentialRecord,
  { key, plaintext, now }: OpenedRecord,
): StoredCredential {
  const { storeTime } = record;
  const expiresInMs = record.expiresAt === undefined ? undefined : record.expiresAt - storeTime;
  const expiresAt = expiresInMs === undefined ? undefined : new Date(now + expiresInMs);
  const writtenAgoMs = storeTime - record.updatedAt;
  return {
    key,
    status: record.status,
    credentials: decodeCredentials(plaintext, expiresAt, new Date(now - writtenAgoMs)),
    fingerprint: record.fingerprint,
    expiresInMs,
    writtenAgoMs,
    leaseEndsInMs: Math.max(0, (record.leaseUntil ?? 0) - storeTime),
    retryInMs: Math.max(0, (record.retryAt ?? 0) - storeTime),
    spendCount: record.spendCount,
  };
}
