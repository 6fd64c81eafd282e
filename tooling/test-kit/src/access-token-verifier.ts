import type { KeyObject } from "node:crypto";
import { type JWTPayload, jwtVerify } from "jose";
import type { Provider } from "./provider.js";

/** What an access token is worth, to a resource server. */
export interface VerifiedAccessToken {
  /** The user; `undefined` when the token is a client's own. */
  readonly sub: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** The resource it is for; `undefined` when it was asked for without one. */
  readonly audience: string | undefined;
  /** Who acts for the user, where token exchange said so (RFC 8693 §4.1). */
  readonly actor: string | undefined;
  /** What its bearer must prove. */
  readonly confirmation: AccessTokenConfirmation | undefined;
}

/** What a token is bound to, as in its `cnf` (RFC 7800). */
export interface AccessTokenConfirmation {
  /** Thumbprint of a DPoP key (RFC 9449 §6). */
  readonly jkt?: string | undefined;
  /** Thumbprint of a TLS client certificate (RFC 8705 §3.1). */
  readonly "x5t#S256"?: string | undefined;
}

/** Tells what a token is worth; `undefined` when it is not active. */
export type AccessTokenVerifier = (token: string) => Promise<VerifiedAccessToken | undefined>;

/**
 * Knows the opaque tokens of a provider and its JWTs. As at any resource server that looks at the
 * signature alone, revocation does not end a JWT.
 *
 * @param publicKey - verifies the provider's JWTs
 */
export function accessTokenVerifier(provider: Provider, publicKey: KeyObject): AccessTokenVerifier {
  return async (token) =>
    (await findOpaqueToken(provider, token)) ?? (await verifyJwt(provider, publicKey, token));
}

async function findOpaqueToken(
  provider: Provider,
  token: string,
): Promise<VerifiedAccessToken | undefined> {
  const ofUser = await provider.AccessToken.find(token);
  const found = ofUser ?? (await provider.ClientCredentials.find(token));
  if (found?.clientId === undefined || found.exp === undefined) {
    return undefined;
  }
  return {
    sub: ofUser?.accountId,
    clientId: found.clientId,
    scopes: [...found.scopes],
    expiresAt: found.exp,
    audience: found.aud === undefined ? undefined : String(found.aud),
    actor: actorOf(found.extra),
    confirmation: confirmationOf(found),
  };
}

async function verifyJwt(
  provider: Provider,
  publicKey: KeyObject,
  token: string,
): Promise<VerifiedAccessToken | undefined> {
  const verified = await jwtVerify<AccessTokenClaims>(token, publicKey, {
    issuer: provider.issuer,
    typ: "at+jwt",
    requiredClaims: ["sub", "client_id", "exp", "aud"],
  }).catch(() => undefined);
  if (verified === undefined) {
    return undefined;
  }
  const { sub, client_id: clientId, exp = 0, scope, aud, cnf } = verified.payload;
  return {
    // Without a user, RFC 9068 has the client as subject.
    sub: sub === clientId ? undefined : sub,
    clientId,
    scopes: scope?.split(" ") ?? [],
    expiresAt: exp,
    audience: String(aud),
    actor: actorOf(verified.payload),
    confirmation: cnf,
  };
}

interface AccessTokenClaims extends JWTPayload {
  readonly client_id: string;
  readonly scope?: string;
  readonly cnf?: AccessTokenConfirmation;
}

function actorOf(claims: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const actor = claims?.["act"];
  return typeof actor === "object" && actor !== null && "sub" in actor
    ? String(actor.sub)
    : undefined;
}

function confirmationOf(token: AccessTokenConfirmation): AccessTokenConfirmation | undefined {
  const { jkt, "x5t#S256": thumbprint } = token;
  if (jkt === undefined && thumbprint === undefined) {
    return undefined;
  }
  return thumbprint === undefined ? { jkt } : { "x5t#S256": thumbprint };
}
