import {
  type OAuth2Config,
  type OAuth2Credentials,
  Secret,
  TokenRequestError,
} from "@rak-oauth/core";
import { calculateJwkThumbprint, type JWK } from "jose";
import {
  type Configuration,
  type CryptoKeyPair,
  type DPoPOptions,
  getDPoPHandle,
  modifyAssertion,
  randomDPoPKeyPair,
} from "openid-client";
import type { EndpointAnswer } from "./endpoint-transport.js";
import type { GrantedTokens } from "./to-credentials.js";

const { subtle } = globalThis.crypto;
const algorithm = { name: "ECDSA", namedCurve: "P-256" };

/** A key that tokens are bound to, for signing, and as it is kept beside them. */
export interface DpopKey {
  readonly pair: CryptoKeyPair;
  /** The private key as a JSON Web Key in JSON. */
  readonly stored: Secret;
}

/** A new key for a grant, on P-256 for ES256, which every server that knows DPoP takes. */
export async function createDpopKey(): Promise<DpopKey> {
  const pair = await randomDPoPKeyPair("ES256", { extractable: true });
  const { kty, crv, x, y, d } = await subtle.exportKey("jwk", pair.privateKey);
  return { pair, stored: new Secret(JSON.stringify({ kty, crv, x, y, d })) };
}

/** The key that was kept beside a grant. */
export async function readDpopKey(stored: Secret): Promise<DpopKey> {
  const { d, ...publicKey } = JSON.parse(stored.secret()) as Record<"kty" | "d", string>;
  const pair = {
    privateKey: await subtle.importKey("jwk", { ...publicKey, d }, algorithm, false, ["sign"]),
    publicKey: await subtle.importKey("jwk", publicKey, algorithm, true, ["verify"]),
  };
  return { pair, stored };
}

/** The SHA-256 thumbprint of a key that was kept (RFC 7638), by which a request can name it. */
export function thumbprintOf(stored: Secret): Promise<string> {
  return calculateJwkThumbprint(JSON.parse(stored.secret()) as JWK);
}

/**
 * The latest nonce of a server's (RFC 9449 §8). It outlives one grant, so that most requests need no
 * second try.
 */
export class DpopNonce {
  #nonce: string | undefined;

  /** Takes the nonce of an answer; true when there was one. */
  takeFrom(response: Pick<EndpointAnswer, "headers">): boolean {
    const nonce = response.headers.get("dpop-nonce");
    if (nonce === null) return false;
    this.#nonce = nonce;
    return true;
  }

  /** What openid-client needs to sign the proofs of one grant. */
  options(client: Configuration, key: DpopKey): DPoPOptions {
    const handle = getDPoPHandle(client, key.pair, {
      [modifyAssertion]: (_header, payload) => {
        if (this.#nonce !== undefined) payload["nonce"] = this.#nonce;
      },
    });
    return { DPoP: handle };
  }
}

/**
 * Refuses a token that is bound to nothing although a key was shown: `useDpop` says that the binding
 * matters, and then such an answer has to be discarded (RFC 9449 §5). Two are kept. A public
 * client's refresh token is bound all the same, and a server may mean just that (ibid.). And what a
 * refresh token was spent for cannot be had again: discarding it would end the grant.
 *
 * @throws TokenRequestError of kind `configuration`.
 */
export function assertBound(
  config: OAuth2Config,
  answer: GrantedTokens,
  previous: OAuth2Credentials | undefined,
): void {
  if (answer.token_type !== "bearer" || previous !== undefined) return;
  if (config.clientAuthentication === "none" && answer.refresh_token !== undefined) return;
  throw new TokenRequestError(
    `The token endpoint of ${config.provider} gave a Bearer token although DPoP was asked for, and it was discarded. Let the client use DPoP in the provider's console, or remove useDpop.`,
    { provider: config.provider, kind: "configuration" },
  );
}
