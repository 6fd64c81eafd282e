import type { OAuth2Credentials, Secret } from "@rak-oauth/core";
import { authorizationCodeGrant } from "openid-client";
import type { DpopKey } from "./dpop.js";
import type { ProviderClient } from "./provider-client.js";
import { requestSignIn } from "./sign-in-request.js";

/** What {@link TokenEndpoint.exchangeCode} needs. */
export interface ExchangeCodeOptions {
  /** The public redirect URI with the query that the browser brought. */
  readonly callbackUrl: URL;
  /** The `state` this flow was started with. */
  readonly state: string;
  /** The PKCE verifier (RFC 7636 §4.1). */
  readonly codeVerifier?: string | undefined;
  /** The `nonce` this flow was started with (OpenID Connect Core §3.1.2.1). */
  readonly nonce?: string | undefined;
  /** The key that the authorization request named (RFC 9449 §10). @defaultValue a new one with `useDpop` */
  readonly dpopKey?: Secret | undefined;
  /** Scopes that were asked for; they are the granted ones where the answer names none. */
  readonly scopes: readonly string[];
}

/** Exchanges an authorization code (RFC 6749 §4.1.3). */
export async function exchangeCode(
  client: ProviderClient,
  options: ExchangeCodeOptions,
  dpopKey: DpopKey | undefined,
): Promise<OAuth2Credentials> {
  const { scopes, callbackUrl, state, codeVerifier, nonce } = options;
  const expectIdToken = nonce !== undefined && client.config.issuer !== undefined;
  const checks = {
    expectedState: state,
    ...(codeVerifier !== undefined && { pkceCodeVerifier: codeVerifier }),
    ...(expectIdToken && { expectedNonce: nonce, idTokenExpected: true }),
  };
  return requestSignIn(
    client,
    { scopes, keepIdToken: expectIdToken, dpopKey },
    (configuration, parameters, dpop) =>
      authorizationCodeGrant(configuration, callbackUrl, checks, parameters, dpop),
  );
}
