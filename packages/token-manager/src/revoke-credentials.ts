import type { OAuth2Credentials } from "@rak-oauth/core";
import type { RevocationOutcome } from "./revocation.js";
import type { TokenEndpoint } from "./token-endpoint.js";

/** What became of the tokens of one grant. */
export interface RevokedTokens {
  /** The worst of what became of the access tokens, those for single resources among them. */
  readonly accessToken: RevocationOutcome;
  /** `none`: there was none. */
  readonly refreshToken: RevocationOutcome | "none";
}

/** From the best on. */
const outcomes: readonly RevocationOutcome[] = ["revoked", "unsupported", "failed"];

function worse(one: RevocationOutcome, other: RevocationOutcome): RevocationOutcome {
  return outcomes.indexOf(one) > outcomes.indexOf(other) ? one : other;
}

/**
 * Revokes tokens that nobody will use at their provider; true when none of them lives on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function revokeCredentials(
  endpoint: TokenEndpoint,
  credentials: OAuth2Credentials,
): Promise<boolean> {
  const { accessToken, refreshToken } = await revokeTokens(endpoint, credentials);
  return accessToken === "revoked" && (refreshToken === "none" || refreshToken === "revoked");
}

/** Revokes tokens, and tells what became of them. */
export async function revokeTokens(
  endpoint: TokenEndpoint,
  { accessToken, refreshToken, resourceTokens = [] }: OAuth2Credentials,
): Promise<RevokedTokens> {
  // First, and not at the same time: revoking the refresh token often ends the access tokens too.
  const refreshOutcome = refreshToken && (await endpoint.revoke(refreshToken, "refresh_token"));
  const accessTokens = [accessToken, ...resourceTokens.map((issued) => issued.accessToken)];
  const accessOutcomes = await Promise.all(
    accessTokens.map((token) => endpoint.revoke(token, "access_token")),
  );
  return {
    refreshToken: refreshOutcome ?? "none",
    accessToken: accessOutcomes.reduce(worse),
  };
}
