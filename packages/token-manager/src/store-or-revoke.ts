import {
  type CredentialKey,
  type CredentialService,
  type OAuth2Credentials,
  persist,
  type Scheduler,
  type StoredCredential,
} from "@rak-oauth/core";
import { cleanUp } from "./clean-up.js";
import { revokeCredentials } from "./revoke-credentials.js";
import type { TokenEndpoint } from "./token-endpoint.js";

/** Tokens that exist nowhere but here, and where they belong. */
export interface UnstoredGrant {
  /** Of the provider that gave the tokens. */
  readonly endpoint: TokenEndpoint;
  readonly granted: OAuth2Credentials;
  readonly credentials: CredentialService;
  readonly key: CredentialKey;
  /** Waits, such as `scheduler` of node:timers/promises. */
  readonly scheduler: Scheduler;
}

/**
 * Stores what a sign-in gave, for which a store that is away gets some seconds to come back. Tokens that
 * it finally says not to hold are revoked, as {@link revokeUnused} does it and within five seconds.
 *
 * A write that lands even later leaves a dead connection, for which the user is asked again.
 *
 * @throws what the store said at last, whatever came of revoking.
 */
export async function storeOrRevoke(grant: UnstoredGrant): Promise<void> {
  const { endpoint, granted, credentials, key, scheduler } = grant;
  try {
    await persist({ scheduler, write: () => credentials.storeCredentials(key, granted) });
  } catch (error) {
    await cleanUp(scheduler, async () => {
      // The error tells nothing for certain: the answer may be what was lost. Where this fails too, nobody
      // can know what is stored, and dead tokens in the store are worse than living ones nowhere.
      const stored = await credentials.read(key);
      await revokeUnused(endpoint, granted, stored);
    });
    throw error;
  }
}

/**
 * Revokes tokens that are not stored at their provider (RFC 7009), unless the connection that is stored
 * may end with them.
 */
export async function revokeUnused(
  endpoint: TokenEndpoint,
  granted: OAuth2Credentials,
  stored: StoredCredential | undefined,
): Promise<void> {
  if (stored === undefined || !mayDependOn(granted, stored)) {
    await revokeCredentials(endpoint, granted);
  }
}

/**
 * Whether a living connection may end with these tokens: they are in it, or it comes from them by a
 * refresh, or it is an older one of the same account, at a provider that revokes by account.
 */
function mayDependOn(granted: OAuth2Credentials, stored: StoredCredential): boolean {
  if (stored.status !== "active") return false;
  const subject = granted.account?.subject;
  const storedSubject = stored.credentials.account?.subject;
  return subject === undefined || storedSubject === undefined || subject === storedSubject;
}
