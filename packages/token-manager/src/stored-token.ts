import type { OAuth2Config, OAuth2Credentials, StoredCredential } from "@rak-oauth/core";
import { type IssuedToken, isFresh, type SettledNeed, type TokenNeed } from "./token-need.js";

/** The access token of a credential for one resource, or, without one, its main token. */
export function issuedFor(
  credentials: OAuth2Credentials,
  resource: string | undefined,
): IssuedToken | undefined {
  if (resource === undefined) {
    return { token: credentials.accessToken, lifetimeSeconds: credentials.lifetimeSeconds };
  }
  const found = credentials.resourceTokens?.find((candidate) => candidate.resource === resource);
  return found && { token: found.accessToken, lifetimeSeconds: found.lifetimeSeconds };
}

/** Knows what is refused, once it is known what is stored. */
export function settleNeed(wanted: TokenNeed, stored: StoredCredential): SettledNeed {
  const { minimumRemainingMs, resource, refused } = wanted;
  const token = refused === "stored" ? issuedFor(stored.credentials, resource)?.token : refused;
  return { minimumRemainingMs, resource, refused: token };
}

/** The stored token, if it will do; `now` is on the clock that its expiry is on. */
export function freshToken(
  stored: StoredCredential,
  need: SettledNeed,
  now: number,
): IssuedToken | undefined {
  const issued = issuedFor(stored.credentials, need.resource);
  if (issued === undefined) return undefined;
  const { token, lifetimeSeconds = Number.POSITIVE_INFINITY } = issued;
  const remainingMs = (token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - now;
  return isFresh(token, remainingMs, lifetimeSeconds * 1000, need) ? issued : undefined;
}

/** The stored token, if it still lives: better than nothing while the provider has trouble. */
export function livingToken(
  stored: StoredCredential,
  need: SettledNeed,
  now: number,
): IssuedToken | undefined {
  return freshToken(stored, { ...need, minimumRemainingMs: 0 }, now);
}

/** Whether a newer token can be had without the user. */
export function canRefresh(config: OAuth2Config, stored: StoredCredential, now: number): boolean {
  const { accessToken, refreshToken } = stored.credentials;
  if (refreshToken !== undefined) return true;
  const expiresAtMs = accessToken.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return config.quirks.accessTokenExchange !== undefined && expiresAtMs > now;
}
