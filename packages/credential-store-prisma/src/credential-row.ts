import {
  type CredentialKey,
  type CredentialRecord,
  type CredentialStatus,
  OAuth2Error,
} from "@rak-oauth/core";
import type { RecordValues } from "./credential-statements.js";

/** A row of every statement that gives records. */
export interface RecordRow {
  readonly sealed: Uint8Array;
  /** {@link RecordValues} as JSON. */
  readonly record: string;
}

const statuses: ReadonlySet<string> = new Set<CredentialStatus>([
  "active",
  "reauthorization_required",
  "revoked",
]);

/**
 * Reads a row.
 *
 * @throws OAuth2Error with code `store_misconfigured` when a newer version wrote it
 */
export function toRecord(key: CredentialKey, row: RecordRow): CredentialRecord {
  const values: RecordValues = JSON.parse(row.record);
  const [status, keyId, fingerprint, epoch, createdAt, updatedAt, storeTime] = values;
  const [, , , , , , , expiresAt, leaseUntil, retryAt, spendCount] = values;
  if (!statuses.has(status)) {
    throw new OAuth2Error(
      "store_misconfigured",
      `Table rak_oauth_credential holds the status "${status}", which this version of @rak-oauth/credential-store-prisma does not know. Install the version that wrote it.`,
    );
  }
  return {
    key: { ...key },
    status: status as CredentialStatus,
    sealed: row.sealed,
    keyId,
    fingerprint,
    epoch,
    expiresAt: expiresAt === null ? undefined : Date.parse(expiresAt),
    leaseUntil: leaseUntil === null ? undefined : Date.parse(leaseUntil),
    retryAt: retryAt === null ? undefined : Date.parse(retryAt),
    spendCount,
    createdAt: Date.parse(createdAt),
    updatedAt: Date.parse(updatedAt),
    storeTime: Date.parse(storeTime),
  };
}
