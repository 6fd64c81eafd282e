import type { CredentialKey, CredentialService } from "@rak-oauth/core";
import type { DisconnectResult, TokenManager } from "@rak-oauth/token-manager";

/** What {@link disconnectConnection} works with. */
export interface DisconnectConnectionOptions {
  readonly credentials: CredentialService;
  /** By provider. */
  readonly managers: ReadonlyMap<string, TokenManager>;
}

/**
 * Ends a connection. That of a provider which is configured no more can only be forgotten: its tokens
 * may live on, and the result says so.
 */
export async function disconnectConnection(
  key: CredentialKey,
  { credentials, managers }: DisconnectConnectionOptions,
): Promise<DisconnectResult> {
  const manager = managers.get(key.provider);
  if (manager !== undefined) return manager.disconnect(key);
  const stored = await credentials.revoke(key);
  if (stored === undefined) {
    return { disconnected: false, accessToken: "none", refreshToken: "none" };
  }
  await credentials.deleteCredentials(key, stored);
  const tokens = stored.credentials;
  if (tokens === undefined) {
    return { disconnected: true, accessToken: "unreadable", refreshToken: "unreadable" };
  }
  const refreshToken = tokens.refreshToken === undefined ? "none" : "failed";
  return { disconnected: true, accessToken: "failed", refreshToken };
}
