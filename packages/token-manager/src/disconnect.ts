import type { CredentialKey, CredentialService } from "@rak-oauth/core";
import type { RevocationOutcome } from "./revocation.js";
import type { TokenEndpoint } from "./token-endpoint.js";
import type { TokenObserver } from "./token-observer.js";

/** What a disconnection really did. */
export interface DisconnectResult {
  /** Whether there was anything to disconnect. It is gone from the store in any case. */
  readonly disconnected: boolean;
  /** What the provider did with the access token; `none` when there was none. */
  readonly accessToken: RevocationOutcome | "none";
  /** What the provider did with the refresh token; `none` when there was none. */
  readonly refreshToken: RevocationOutcome | "none";
}

/** What {@link disconnect} works with. */
export interface DisconnectOptions {
  readonly credentials: CredentialService;
  readonly endpoint: TokenEndpoint;
  readonly observer: TokenObserver;
}

/** Ends all use of a credential, then revokes its tokens at the provider, then forgets them. */
export async function disconnect(
  key: CredentialKey,
  { credentials, endpoint, observer }: DisconnectOptions,
): Promise<DisconnectResult> {
  const stored = await credentials.revoke(key);
  if (stored === undefined) {
    return { disconnected: false, accessToken: "none", refreshToken: "none" };
  }
  const { accessToken, refreshToken } = stored.credentials;
  const outcome = {
    refreshToken: refreshToken
      ? await endpoint.revoke(refreshToken, "refresh_token")
      : ("none" as const),
    accessToken: await endpoint.revoke(accessToken, "access_token"),
  };
  // Revoking took a while: what the user consented to meanwhile stays.
  await credentials.deleteCredentials(key, stored);
  observer.tell({ type: "revoked", key, ...outcome });
  return { disconnected: true, ...outcome };
}
