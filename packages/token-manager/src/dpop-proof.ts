import { createHash, createPrivateKey, type JsonWebKey, randomUUID } from "node:crypto";
import { type AccessToken, type Clock, ConfigurationError, systemClock } from "@rak-oauth/core";
import { SignJWT } from "jose";

/** What {@link createDpopProof} needs. */
export interface DpopProofOptions {
  /** The token that the request presents; it brings its key. */
  readonly token: AccessToken;
  /** Method of the request, such as `GET`. */
  readonly method: string;
  /** Address of the request. */
  readonly url: string | URL;
  /** The latest `DPoP-Nonce` of this server's answers (RFC 9449 §9). @defaultValue none */
  readonly nonce?: string | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/**
 * The `DPoP` header of one request to an API. Present the token itself as `Authorization: DPoP …`.
 * A proof is good for one request.
 *
 * @throws ConfigurationError when the token is bound to no key.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2
 */
export async function createDpopProof(options: DpopProofOptions): Promise<string> {
  const { token, nonce, clock = systemClock } = options;
  if (token.dpopKey === undefined) {
    throw new ConfigurationError(
      `createDpopProof: the token is of type ${JSON.stringify(token.tokenType)} and bound to no key. Ask for tokens with useDpop: true, or present it as a Bearer token.`,
    );
  }
  const key = JSON.parse(token.dpopKey.secret()) as JsonWebKey;
  const { kty, crv, x, y } = key;
  const { origin, pathname } = new URL(options.url);
  const proof = new SignJWT({
    jti: randomUUID(),
    htm: options.method.toUpperCase(),
    htu: `${origin}${pathname}`,
    ath: createHash("sha256").update(token.secret()).digest("base64url"),
    iat: Math.floor(clock.now() / 1000),
    ...(nonce !== undefined && { nonce }),
  });
  return proof
    .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } as never })
    .sign(createPrivateKey({ key, format: "jwk" }));
}
