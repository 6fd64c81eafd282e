import type { CredentialKey, CredentialOwner } from "./credential-key.js";
import type { CredentialRecord, CredentialStatus } from "./credential-store.js";
import type { OAuth2Credentials } from "./credentials.js";
import { SealingError } from "./errors.js";
import type { StoredCredential } from "./stored-credential.js";

/** A connected account, as shown to people. It holds no token. */
export interface Connection {
  readonly key: CredentialKey;
  /**
   * `backoff`: active, but the provider did not answer well lately and is left alone for now.
   * `unreadable`: the stored credential does not open, since its key is lost or it was damaged. Of what
   * was sealed nothing is known; connecting again replaces it, and disconnecting deletes it.
   */
  readonly status: CredentialStatus | "backoff" | "unreadable";
  /** None where the credential is unreadable. */
  readonly scopes: readonly string[];
  readonly account: OAuth2Credentials["account"];
  readonly connectedAt: Date;
  readonly refreshedAt: Date;
  readonly expiresAt: Date | undefined;
}

/** A record as people see it; without `stored`, one that does not open. */
export function toConnection(
  { key, createdAt, updatedAt }: CredentialRecord,
  stored: StoredCredential | undefined,
): Connection {
  return {
    key,
    status: stored === undefined ? "unreadable" : statusOf(stored),
    scopes: stored?.credentials.accessToken.scopes ?? [],
    account: stored?.credentials.account,
    connectedAt: new Date(createdAt),
    refreshedAt: new Date(updatedAt),
    expiresAt: stored?.credentials.accessToken.expiresAt,
  };
}

function statusOf({ status, retryInMs }: StoredCredential): Connection["status"] {
  return status === "active" && retryInMs > 0 ? "backoff" : status;
}

/**
 * A row found among the wrong owner's was put there by somebody else.
 *
 * @throws SealingError when the key is not of this owner.
 */
export function assertOwnedBy(owner: CredentialOwner, key: CredentialKey): void {
  if (key.tenantId === owner.tenantId && (owner.userId ?? key.userId) === key.userId) return;
  throw new SealingError(
    "The store listed a credential of another owner: its row was changed or moved. Restore it from a backup, or delete it.",
  );
}
