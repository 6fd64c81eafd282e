import {
  AuthorizationError,
  type Clock,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2Credentials,
  OAuth2Error,
  type Secret,
  systemClock,
  TokenRequestError,
} from "@rak-oauth/core";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  Configuration,
  clientCredentialsGrant,
  customFetch,
  refreshTokenGrant,
  tokenRevocation,
} from "openid-client";
import { clientAuthentication } from "./client-authentication.js";
import { type GrantedTokens, type RequestContext, toCredentials } from "./to-credentials.js";
import { type NormalTokenResponse, normaliseTokenResponse } from "./token-response.js";

/** Options of {@link TokenEndpoint}. */
export interface TokenEndpointOptions {
  readonly config: OAuth2Config;
  /**
   * Limit of one request, answer included, in milliseconds. It must be longer than the provider's
   * slowest answer: an answer that is given up may hold the only living refresh token.
   *
   * @defaultValue 60000
   */
  readonly requestTimeoutMs?: number | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

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
  /** Scopes that were asked for; they are the granted ones where the answer names none. */
  readonly scopes: readonly string[];
}

/** What became of a token at the revocation endpoint. */
export type RevocationOutcome = "revoked" | "unsupported" | "failed";

/** Signature algorithms an ID token may name; it comes straight from the server over TLS. */
const idTokenAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
].concat(["ES512", "EdDSA", "Ed25519"]);

/**
 * The token endpoint of one provider: every grant, one form of answer, errors classed as terminal,
 * transient or configuration.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export class TokenEndpoint {
  readonly #config: OAuth2Config;
  readonly #requestTimeoutMs: number;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;

  constructor(options: TokenEndpointOptions) {
    this.#config = options.config;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 60_000;
    this.#fetch = options.fetch ?? ((...request) => fetch(...request));
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * A token for the application itself (RFC 6749 §4.4).
   *
   * @throws TokenRequestError when the server gives none.
   */
  async requestClientCredentials(): Promise<OAuth2Credentials> {
    const { scopes } = this.#config;
    return this.#request({ scopes, keepIdToken: false }, (client) =>
      clientCredentialsGrant(client, this.#scopeParameter(scopes)),
    );
  }

  /**
   * Spends a refresh token (RFC 6749 §6). What the answer leaves out is kept: the refresh token, the
   * scopes, the account.
   *
   * @throws TokenRequestError when the server gives no token; only kind `terminal` means that the
   * refresh token is dead.
   */
  async refresh(credentials: OAuth2Credentials): Promise<OAuth2Credentials> {
    const { refreshToken } = credentials;
    if (refreshToken === undefined) {
      throw new OAuth2Error(
        "token_request_failed",
        `There is no refresh token for ${this.#config.provider}; the user has to authorize again.`,
      );
    }
    const { scopes } = credentials.accessToken;
    const omitScope = this.#config.quirks.omitScopeOnRefresh ?? true;
    return this.#request({ scopes, previous: credentials, keepIdToken: false }, (client) =>
      refreshTokenGrant(
        client,
        refreshToken.secret(),
        omitScope ? undefined : this.#scopeParameter(scopes),
      ),
    );
  }

  /**
   * Exchanges an authorization code (RFC 6749 §4.1.3) after checking `state` and `iss` (RFC 9207),
   * and, where a nonce was sent and the issuer is known, the ID token's claims.
   *
   * @throws AuthorizationError when the callback or the ID token does not fit this flow.
   * @throws TokenRequestError when the server gives no token.
   */
  async exchangeCode(options: ExchangeCodeOptions): Promise<OAuth2Credentials> {
    const expectIdToken = options.nonce !== undefined && this.#config.issuer !== undefined;
    return this.#request({ scopes: options.scopes, keepIdToken: expectIdToken }, (client) =>
      authorizationCodeGrant(client, options.callbackUrl, {
        expectedState: options.state,
        ...(options.codeVerifier !== undefined && { pkceCodeVerifier: options.codeVerifier }),
        ...(expectIdToken && { expectedNonce: options.nonce, idTokenExpected: true }),
      }),
    );
  }

  /**
   * Revokes a token at the provider (RFC 7009). A server that does not know the token has nothing to
   * revoke, and answers as if it had.
   */
  async revoke(
    token: Secret,
    tokenTypeHint: "access_token" | "refresh_token",
  ): Promise<RevocationOutcome> {
    if (this.#config.revocationUrl === undefined) return "unsupported";
    const client = this.#client((url, init) =>
      this.#fetch(url, { ...init, signal: AbortSignal.timeout(this.#requestTimeoutMs) }),
    );
    try {
      await tokenRevocation(client, token.secret(), { token_type_hint: tokenTypeHint });
      return "revoked";
    } catch {
      // The reason may hold the raw answer; the caller is told that nothing is certain.
      return "failed";
    }
  }

  async #request(
    context: RequestContext,
    send: (client: Configuration) => Promise<GrantedTokens>,
  ): Promise<OAuth2Credentials> {
    // Absolute expiry counts from when the request was sent: the server starts no later than that.
    const sentAt = this.#clock.now();
    const client = this.#client(async (url, init) =>
      Response.json(await this.#exchange(url, init, context)),
    );
    let answer: GrantedTokens;
    try {
      answer = await send(client);
    } catch (error) {
      throw this.#explain(error);
    }
    return toCredentials(answer, context, sentAt);
  }

  async #exchange(
    url: string,
    init: RequestInit,
    context: RequestContext,
  ): Promise<NormalTokenResponse> {
    const signal = AbortSignal.timeout(this.#requestTimeoutMs);
    try {
      const response = await this.#fetch(url, { ...init, redirect: "manual", signal });
      return await normaliseTokenResponse(response, {
        config: this.#config,
        tokenType: context.previous?.accessToken.tokenType,
        keepIdToken: context.keepIdToken,
        signal,
        now: this.#clock.now(),
      });
    } catch (error) {
      throw isOAuth2Error(error) ? error : this.#unreachable(error);
    }
  }

  #client(send: (url: string, init: RequestInit) => Promise<Response>): Configuration {
    const config = this.#config;
    const client = new Configuration(
      {
        issuer: config.issuer ?? new URL(config.tokenUrl).origin,
        token_endpoint: config.tokenUrl,
        ...(config.authUrl !== undefined && { authorization_endpoint: config.authUrl }),
        ...(config.revocationUrl !== undefined && { revocation_endpoint: config.revocationUrl }),
        ...(config.jwksUrl !== undefined && { jwks_uri: config.jwksUrl }),
        authorization_response_iss_parameter_supported: config.issParameterSupported,
        id_token_signing_alg_values_supported: idTokenAlgorithms,
      },
      config.clientId,
      {},
      clientAuthentication(config),
    );
    if (config.allowInsecureLoopback) allowInsecureRequests(client);
    // The limit covers the answer's body too, so it is set where the body is read.
    client.timeout = 0;
    client[customFetch] = (url, init) => send(url, init as RequestInit);
    return client;
  }

  #scopeParameter(scopes: readonly string[]): Record<string, string> {
    return scopes.length === 0
      ? {}
      : { scope: scopes.join(this.#config.quirks.scopeSeparator ?? " ") };
  }

  #unreachable(error: unknown): TokenRequestError {
    const { provider, tokenUrl } = this.#config;
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const why = timedOut
      ? `did not answer within ${this.#requestTimeoutMs} ms`
      : `could not be reached at ${new URL(tokenUrl).origin}${systemCode(error)}`;
    return new TokenRequestError(
      `The token endpoint of ${provider} ${why}. Nothing is decided; try again later.`,
      { provider, kind: "transient" },
    );
  }

  /** openid-client's errors carry the raw answer as a cause; only their fixed words are kept. */
  #explain(error: unknown): OAuth2Error {
    if (isOAuth2Error(error)) return error;
    if (error instanceof Error && isOAuth2Error(error.cause)) return error.cause;
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const words = inner instanceof Error ? inner.message : "unknown error";
    return new AuthorizationError(
      words.includes('"iss"') ? "issuer_mismatch" : "provider_error",
      `The answer of ${this.#config.provider} does not fit this authorization: ${words}.`,
    );
  }
}

function systemCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? ` (${code})` : "";
}
