import type { OAuth2Credentials } from "@rak-oauth/core";
import type { RegisteredProvider } from "./registered-providers.js";

/** Revokes tokens nobody will use at the provider (RFC 7009); true when none of them lives on. */
export async function revokeCredentials(
  { tokenEndpoint }: RegisteredProvider,
  { accessToken, refreshToken }: OAuth2Credentials,
): Promise<boolean> {
  // One after the other: revoking the refresh token often ends the access token too.
  const refreshOutcome =
    refreshToken === undefined
      ? "revoked"
      : await tokenEndpoint.revoke(refreshToken, "refresh_token");
  const accessOutcome = await tokenEndpoint.revoke(accessToken, "access_token");
  return refreshOutcome === "revoked" && accessOutcome === "revoked";
}
