import {
  type CredentialKey,
  type CredentialRecord,
  type CredentialStatus,
  OAuth2Error,
} from "@rak-oauth/core";
import type { ReadValue } from "./batched-reader.js";

/** The stored format this version reads and writes. */
const recordFormat = 1;

const statuses: readonly CredentialStatus[] = ["active", "reauthorization_required", "revoked"];
const headerBytes = 36;
const leaseBytes = 20;
const leaseFlag = 16;

/**
 * Reads a stored record. Layout, big-endian: format (1 byte), status and flags (1), epoch (4),
 * fence (4), created, updated and expires at (8 each, milliseconds as a double, 0 for never),
 * length of fingerprint (1), length of key identifier (1); where the flag says so, lease until and
 * retry at (8 each) and spend count (4); fingerprint, key identifier, sealed bytes.
 *
 * @throws OAuth2Error with code `store_misconfigured` for a newer format or a damaged record
 */
export function decodeCredentialRecord(key: CredentialKey, stored: ReadValue): CredentialRecord {
  const { bytes } = stored;
  assertReadable(bytes);
  const flags = bytes.readUInt8(1);
  const fingerprintAt = headerBytes + (flags & leaseFlag ? leaseBytes : 0);
  const keyIdAt = fingerprintAt + bytes.readUInt8(34);
  const sealedAt = keyIdAt + bytes.readUInt8(35);
  const status = statuses[flags % leaseFlag];
  if (status === undefined || bytes.length < sealedAt) throw damaged();
  const leased = fingerprintAt > headerBytes;
  const updatedAt = bytes.readDoubleBE(18);
  return {
    key,
    status,
    sealed: bytes.subarray(sealedAt),
    keyId: bytes.toString("utf8", keyIdAt, sealedAt),
    fingerprint: bytes.toString("utf8", fingerprintAt, keyIdAt),
    epoch: bytes.readUInt32BE(2),
    expiresAt: moment(bytes.readDoubleBE(26)),
    leaseUntil: leased ? moment(bytes.readDoubleBE(36)) : undefined,
    retryAt: leased ? moment(bytes.readDoubleBE(44)) : undefined,
    spendCount: leased ? bytes.readUInt32BE(52) : 0,
    createdAt: bytes.readDoubleBE(10),
    updatedAt,
    // The clock of a read may be a moment behind, but not behind what was read.
    storeTime: Math.max(stored.storeTime, updatedAt),
  };
}

/** How often a stored record was leased. */
export function decodeFence(bytes: Buffer): number {
  assertReadable(bytes);
  return bytes.readUInt32BE(6);
}

/** The error for a record that a newer version of this package wrote. */
export function newerFormat(format: number): OAuth2Error {
  return new OAuth2Error(
    "store_misconfigured",
    `A credential in Redis has format ${format}, and this version of the library reads format ${recordFormat}. Update @rak-oauth/credential-store-redis.`,
  );
}

function assertReadable(bytes: Buffer): void {
  const format = bytes[0];
  if (format !== undefined && format > recordFormat) throw newerFormat(format);
  if (format !== recordFormat || bytes.length < headerBytes) throw damaged();
}

function moment(milliseconds: number): number | undefined {
  return milliseconds === 0 ? undefined : milliseconds;
}

function damaged(): OAuth2Error {
  return new OAuth2Error(
    "store_misconfigured",
    "A value in Redis under this store's key prefix is not a credential record. Give the store a keyPrefix of its own, or restore the value from a backup.",
  );
}
