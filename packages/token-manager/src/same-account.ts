import { type OAuth2Config, type OAuth2Credentials, TokenRequestError } from "@rak-oauth/core";
import { decodeJwt, type JWTPayload } from "jose";

/**
 * Checks that an ID token of a refresh speaks of the same issuer, client and user as the one of the
 * authorization. Only what it says of these is looked at: one that cannot be read costs no token.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
 * @throws TokenRequestError of kind `terminal` when it speaks of another: the tokens beside it may be
 * somebody else's.
 */
export function assertSameAccount(
  config: OAuth2Config,
  idToken: unknown,
  { account }: OAuth2Credentials,
): void {
  // Only the account of an ID token can be compared; a profile may name the user otherwise.
  if (config.issuer === undefined || account === undefined || config.quirks.userinfoClaims) return;
  const claims = typeof idToken === "string" ? readClaims(idToken) : undefined;
  if (claims === undefined) return;
  const other =
    (claims.iss !== config.issuer && "issuer (iss)") ||
    (![claims.aud].flat().includes(config.clientId) && "client (aud)") ||
    (claims.sub !== account.subject && "user (sub)");
  if (!other) return;
  throw new TokenRequestError(
    `The token endpoint of ${config.provider} answered a refresh with an ID token of another ${other} than that of the authorization. The answer was not used; the user has to authorize again.`,
    { provider: config.provider, kind: "terminal" },
  );
}

function readClaims(idToken: string): JWTPayload | undefined {
  try {
    return decodeJwt(idToken);
  } catch {
    return undefined;
  }
}
