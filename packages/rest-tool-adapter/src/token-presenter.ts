import { type AccessToken, OAuth2Error, Secret } from "@rak-oauth/core";
import { createDpopProof } from "@rak-oauth/token-manager";
import { asksForNonce } from "./challenges.js";
import type {
  CarriedSecret,
  CredentialCarrier,
  ProofOfPossession,
  RequestCredential,
} from "./tool-auth.js";

/** Writes access tokens on requests, each as its type wants it. */
export class TokenPresenter {
  readonly #provider: string;
  /** The latest DPoP nonce of each origin: what it asked for once, it asks for again. */
  readonly #nonces = new Map<string, string>();

  /** A token is used for many requests. */
  readonly #presented = new WeakMap<AccessToken, RequestCredential>();

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** @throws OAuth2Error when the token is of a type that cannot be presented here. */
  present(token: AccessToken): RequestCredential {
    const known = this.#presented.get(token);
    if (known !== undefined) return known;
    const credential = this.#credentialOf(token);
    this.#presented.set(token, credential);
    return credential;
  }

  #credentialOf(token: AccessToken): RequestCredential {
    const type = token.tokenType.toLowerCase();
    if (type === "bearer") {
      return { carried: [inAuthorization("Bearer", token)], secrets: [token], token };
    }
    if (type === "dpop" && token.dpopKey !== undefined) {
      const carried = [inAuthorization("DPoP", token)];
      return { carried, secrets: [token], token, proof: this.#proofOf(token) };
    }
    throw new OAuth2Error(
      "tool_request_failed",
      `The access token of ${this.#provider} is of type ${JSON.stringify(token.tokenType)}, which cannot be presented to an API: that takes a bearer token, or a DPoP token with its key.`,
    );
  }

  /** Nothing when it is the one that was refused. */
  presentOther(
    token: AccessToken,
    refused: AccessToken | undefined,
  ): RequestCredential | undefined {
    return token.secret() === refused?.secret() ? undefined : this.present(token);
  }

  #proofOf(token: AccessToken): ProofOfPossession {
    return {
      prove: ({ method, url }) =>
        createDpopProof({ token, method, url, nonce: this.#nonces.get(url.origin) }),
      learn: (url, response) => {
        const nonce = response.headers.get("dpop-nonce");
        if (nonce === null) return false;
        this.#nonces.set(url.origin, nonce);
        return response.status === 401 && asksForNonce(response.headers.get("www-authenticate"));
      },
    };
  }
}

/** Where access tokens travel (RFC 6750 §2.1). */
export const authorizationHeader: CredentialCarrier = {
  in: "header",
  name: "Authorization",
  scheme: "Bearer",
};

function inAuthorization(scheme: string, token: AccessToken): CarriedSecret {
  return { carrier: authorizationHeader, value: new Secret(`${scheme} ${token.secret()}`) };
}
