import type { CredentialKey, CredentialService } from "@rak-oauth/core";
import type { RevocationOutcome } from "./revocation.js";
import { revokeTokens } from "./revoke-credentials.js";
import type { TokenEndpoint } from "./token-endpoint.js";
import type { TokenObserver } from "./token-observer.js";

/**
 * What a disconnection did with a token. `none`: there was none. `unreadable`: what was stored does not
 * open, so nothing could be sent to the provider, and a token may live on there.
 */
export type TokenEnd = RevocationOutcome | "none" | "unreadable";

/** What a disconnection really did. */
export interface DisconnectResult {
  /** Whether there was anything to disconnect. It is gone from the store in any case. */
  readonly disconnected: boolean;
  /** The worst of what became of the access tokens, those for single resources among them. */
  readonly accessToken: TokenEnd;
  readonly refreshToken: TokenEnd;
}

/** What {@link disconnect} works with. */
export interface DisconnectOptions {
  readonly credentials: CredentialService;
  readonly endpoint: TokenEndpoint;
  readonly observer: TokenObserver;
  /** Forgets what this process keeps of it. */
  readonly forget: () => void;
}

/** Ends all use of a credential, then revokes its tokens at the provider, then forgets them. */
export async function disconnect(
  key: CredentialKey,
  { credentials, endpoint, observer, forget }: DisconnectOptions,
): Promise<DisconnectResult> {
  // Also where that fails: whoever asks then asks the store.
  const stored = await credentials.revoke(key).finally(forget);
  if (stored === undefined) {
    return { disconnected: false, accessToken: "none", refreshToken: "none" };
  }
  const outcome =
    stored.credentials === undefined
      ? ({ accessToken: "unreadable", refreshToken: "unreadable" } as const)
      : await revokeTokens(endpoint, stored.credentials);
  // Revoking took a while: what the user consented to meanwhile stays.
  await credentials.deleteCredentials(key, stored);
  observer.tell({ type: "revoked", key, ...outcome });
  return { disconnected: true, ...outcome };
}
