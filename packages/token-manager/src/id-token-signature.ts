import {
  AuthorizationError,
  type Clock,
  fapi2SignatureAlgorithms,
  isOAuth2Error,
  type OAuth2Config,
} from "@rak-oauth/core";
import { compactVerify } from "jose";
import { createKeySet, publicKeyAlgorithms } from "./key-set.js";

/** Signature algorithms that a provider's ID tokens may have: those with public keys. */
export function idTokenAlgorithms({ profile }: OAuth2Config): string[] {
  return [...(profile === "fapi2" ? fapi2SignatureAlgorithms : publicKeyAlgorithms)];
}

/** Checks ID tokens for who has signed them. */
export interface IdTokenSignatureCheck {
  /** @throws AuthorizationError when no key of the issuer has signed the ID token. */
  check(idToken: string): Promise<void>;
  /** Fetches the keys, so that they are there when an ID token comes. */
  fetchKeysAhead(): Promise<void>;
}

/**
 * Checks ID tokens against the key set of their issuer; nothing where the configuration has none.
 *
 * The token came from the issuer over TLS, which vouches for it too (OpenID Connect Core §3.1.3.7,
 * point 6). So keys that cannot be fetched cost nobody the tokens that came with it; a signature that
 * is wrong does.
 */
export function idTokenSignatureCheck(
  config: OAuth2Config,
  send: typeof fetch,
  clock: Clock,
): IdTokenSignatureCheck | undefined {
  const { issuer, jwksUrl, allowInsecureLoopback } = config;
  if (issuer === undefined || jwksUrl === undefined) return undefined;
  const keys = createKeySet({
    issuer,
    jwksUrl,
    allowInsecureLoopback,
    fetch: send,
    clock,
    cooldownMs: 0,
  });
  return {
    fetchKeysAhead: () => keys.fetchAhead(),
    async check(idToken) {
      try {
        await compactVerify(idToken, keys.find, { algorithms: idTokenAlgorithms(config) });
      } catch (error) {
        if (isOAuth2Error(error)) return;
        throw new AuthorizationError(
          "provider_error",
          `The ID token of ${config.provider} is not signed with a key of its issuer (${jwksUrl}). Nothing was connected; if the provider has moved its keys, set jwksUrl to where they are.`,
        );
      }
    },
  };
}
