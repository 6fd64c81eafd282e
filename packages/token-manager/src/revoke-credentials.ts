import type { OAuth2Credentials } from "@rak-oauth/core";
import type { TokenEndpoint } from "./token-endpoint.js";

/**
 * Revokes tokens that nobody will use at their provider; true when none of them lives on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function revokeCredentials(
  endpoint: TokenEndpoint,
  { accessToken, refreshToken }: OAuth2Credentials,
): Promise<boolean> {
  // One after the other: revoking the refresh token often ends the access token too.
  const refreshOutcome =
    refreshToken === undefined ? "revoked" : await endpoint.revoke(refreshToken, "refresh_token");
  const accessOutcome = await endpoint.revoke(accessToken, "access_token");
  return refreshOutcome === "revoked" && accessOutcome === "revoked";
}
