import { scheduler as systemScheduler } from "node:timers/promises";
import {
  type AccessToken,
  type Clock,
  type OAuth2Config,
  type OAuth2Credentials,
  type Scheduler,
  type Secret,
  systemClock,
} from "@rak-oauth/core";
import { clientCredentialsGrant, genericGrantRequest, refreshTokenGrant } from "openid-client";
import { exchangeLivingToken } from "./access-token-exchange.js";
import { createAuthorizationUrl } from "./authorization-request.js";
import { type ExchangeCodeOptions, exchangeCode } from "./code-exchange.js";
import {
  type DeviceAuthorization,
  type FinishDeviceAuthorizationOptions,
  finishDeviceAuthorization,
  startDeviceAuthorization,
} from "./device-authorization.js";
import { createDpopKey, type DpopKey, readDpopKey, thumbprintOf } from "./dpop.js";
import type { GrantOptions } from "./grant-options.js";
import { introspectToken, type TokenIntrospection } from "./introspection.js";
import { ProviderClient, type SendGrant } from "./provider-client.js";
import { type RevocationOutcome, revokeToken } from "./revocation.js";
import { type ExchangeTokenOptions, exchangeToken } from "./token-exchange.js";

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
  /**
   * Sends every request, and with mutual TLS has to show the certificate itself.
   *
   * @defaultValue undici's client, or what the application has put in place of the global `fetch`
   */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue `scheduler` of node:timers/promises */
  readonly scheduler?: Scheduler | undefined;
}

/** What {@link TokenEndpoint.requestJwtBearer} needs. */
export interface JwtBearerOptions extends GrantOptions {
  /** The signed assertion (RFC 7523 §3). */
  readonly assertion: Secret | string;
}

/** Options of {@link TokenEndpoint.refresh}. */
export interface RefreshOptions {
  /**
   * Asks for an access token for this resource alone (RFC 8707 §2.2), which is kept beside the one
   * for all.
   */
  readonly resource?: string | undefined;
  /** Is asked in the last moment; false keeps the refresh token from being sent. @defaultValue true */
  readonly maySend?: (() => boolean) | undefined;
}

/**
 * The token endpoint of one provider: every grant, one form of answer, errors classed as terminal,
 * transient or configuration. With it go the endpoints that serve its tokens: device authorization,
 * revocation and introspection.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export class TokenEndpoint {
  readonly config: OAuth2Config;
  readonly #client: ProviderClient;
  /** The application has one grant, and so one key. */
  #applicationKey: Promise<DpopKey> | undefined;

  /** @throws ConfigurationError when the client's key is of a kind that cannot be used. */
  constructor(options: TokenEndpointOptions) {
    this.config = options.config;
    this.#client = new ProviderClient({
      config: options.config,
      requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
      fetch: options.fetch,
      clock: options.clock ?? systemClock,
      scheduler: options.scheduler ?? systemScheduler,
    });
  }

  /**
   * A token for the application itself (RFC 6749 §4.4).
   *
   * @throws TokenRequestError when the server gives none.
   */
  async requestClientCredentials(options: GrantOptions = {}): Promise<OAuth2Credentials> {
    const { resource, scopes = this.config.scopes } = options;
    const grantType = this.config.quirks.clientCredentialsGrantType;
    if (this.config.useDpop) this.#applicationKey ??= createDpopKey();
    const dpopKey = await this.#applicationKey;
    return this.#client.requestTokens(
      { scopes, resource, keepIdToken: false, dpopKey },
      (client, common, dpop) => {
        const parameters = this.#withScope(common, scopes);
        return grantType === undefined
          ? clientCredentialsGrant(client, parameters, dpop)
          : genericGrantRequest(client, grantType, parameters, dpop);
      },
    );
  }

  /**
   * A token for what a signed assertion says (RFC 7523 §2.1), such as a service account's.
   *
   * @throws TokenRequestError when the server gives none.
   */
  async requestJwtBearer(options: JwtBearerOptions): Promise<OAuth2Credentials> {
    const { assertion, resource, scopes = this.config.scopes } = options;
    const { clientAuthentication, quirks } = this.config;
    const says = quirks.assertionIdentifiesClient === true;
    const dpopKey = await this.#newKey();
    return this.#client.requestTokens(
      {
        scopes,
        resource,
        keepIdToken: false,
        dpopKey,
        authentication: says && clientAuthentication === "none" ? () => {} : undefined,
      },
      (client, common, dpop) => {
        const parameters = says ? common : this.#withScope(common, scopes);
        const text = typeof assertion === "string" ? assertion : assertion.secret();
        parameters.set("assertion", text);
        const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        return genericGrantRequest(client, grantType, parameters, dpop);
      },
    );
  }

  /**
   * Exchanges a token for another one (RFC 8693), such as a user's for one that is good for a service
   * behind this one.
   *
   * @throws TokenRequestError when the server gives none, or another kind than was asked for.
   */
  async exchangeToken(options: ExchangeTokenOptions): Promise<OAuth2Credentials> {
    return exchangeToken(this.#client, options, await this.#newKey());
  }

  /**
   * Spends a refresh token (RFC 6749 §6). What the answer leaves out is kept: the refresh token, the
   * scopes, the account. Where the provider has no refresh tokens, the living access token is
   * exchanged for a newer one.
   *
   * @throws TokenRequestError when the server gives no token; only kind `terminal` means that the
   * refresh token is dead.
   */
  async refresh(
    credentials: OAuth2Credentials,
    options: RefreshOptions = {},
  ): Promise<OAuth2Credentials> {
    const { accessToken, refreshToken } = credentials;
    const { scopes, dpopKey: keptKey } = accessToken;
    const { omitScopeOnRefresh = true } = this.config.quirks;
    const send: SendGrant =
      refreshToken === undefined
        ? exchangeLivingToken(this.#client, accessToken)
        : (client, common, dpop) => {
            const parameters = omitScopeOnRefresh ? common : this.#withScope(common, scopes);
            return refreshTokenGrant(client, refreshToken.secret(), parameters, dpop);
          };
    const request = {
      scopes,
      resource: options.resource,
      isRefresh: refreshToken !== undefined,
      maySend: options.maySend,
      previous: credentials,
      keepIdToken: false,
      // A refresh token may be bound to the key it came with; a grant from before DPoP gets one now.
      dpopKey: await this.#keptOrNewKey(keptKey),
    };
    return this.#client.requestTokens(request, send);
  }

  /**
   * Exchanges an authorization code (RFC 6749 §4.1.3) after checking `state` and `iss` (RFC 9207),
   * and, where a nonce was sent and the issuer is known, the ID token's claims. Where there are no
   * refresh tokens, the short-lived token that comes first is exchanged at once for a longer one. Tokens
   * that came with an answer that is refused are revoked, as far as that goes within five seconds.
   *
   * @throws AuthorizationError when the callback or the ID token does not fit this flow.
   * @throws TokenRequestError when the server gives no token.
   */
  async exchangeCode(options: ExchangeCodeOptions): Promise<OAuth2Credentials> {
    const key = await this.#keptOrNewKey(options.dpopKey);
    return this.#prolong(await exchangeCode(this.#client, options, key));
  }

  /**
   * A key for tokens that are about to be asked for, as a private JSON Web Key in JSON: named in the
   * authorization request, it makes the code worthless to whoever has another (RFC 9449 §10). Keep it
   * secret until the code comes.
   *
   * @returns nothing without `useDpop`.
   */
  async createDpopKey(): Promise<Secret | undefined> {
    return (await this.#newKey())?.stored;
  }

  /**
   * The address that takes the user's browser to the provider with this authorization request (RFC 6749
   * §4.1.1): signed with `signAuthorizationRequests` (RFC 9101), pushed to the provider first with
   * `pushedAuthorizationUrl` (RFC 9126). A pushed one is good for one use, and for about a minute.
   *
   * @param options - `dpopKey`: what {@link createDpopKey} gave, to bind the code to it.
   * @throws TokenRequestError when the server does not take what is pushed.
   */
  async createAuthorizationUrl(
    parameters: URLSearchParams,
    options: { readonly dpopKey?: Secret | undefined } = {},
  ): Promise<URL> {
    const request = new URLSearchParams(parameters);
    const { dpopKey } = options;
    if (dpopKey !== undefined) request.set("dpop_jkt", await thumbprintOf(dpopKey));
    return createAuthorizationUrl(this.#client, request);
  }

  /**
   * Asks for a code that the user types in a browser on another device (RFC 8628 §3.1).
   *
   * @throws ConfigurationError without `deviceAuthorizationUrl`.
   * @throws TokenRequestError when the server gives no code.
   */
  async startDeviceAuthorization(options: GrantOptions = {}): Promise<DeviceAuthorization> {
    return startDeviceAuthorization(this.#client, options);
  }

  /**
   * Waits until the user has decided (RFC 8628 §3.4). A server that is away for a while is asked again.
   *
   * @throws AuthorizationError `access_denied` or `expired`.
   * @throws TokenRequestError when the server gives no token for another reason.
   */
  async finishDeviceAuthorization(
    device: DeviceAuthorization,
    options: FinishDeviceAuthorizationOptions = {},
  ): Promise<OAuth2Credentials> {
    return finishDeviceAuthorization(this.#client, device, await this.#newKey(), options);
  }

  /**
   * Asks the provider about an access token (RFC 7662). It is a hint: nothing where there is no
   * introspection endpoint or no usable answer.
   */
  async introspect(token: AccessToken): Promise<TokenIntrospection | undefined> {
    return introspectToken(this.#client, token);
  }

  /**
   * Revokes a token at the provider (RFC 7009). A server that does not know the token has nothing to
   * revoke, and answers as if it had. One that is busy is asked again for a few seconds.
   */
  async revoke(
    token: Secret,
    tokenTypeHint: "access_token" | "refresh_token",
  ): Promise<RevocationOutcome> {
    return revokeToken(this.#client, token, tokenTypeHint);
  }

  /** Where living tokens are exchanged, the first one lives an hour: too short to wait for its user. */
  async #prolong(granted: OAuth2Credentials): Promise<OAuth2Credentials> {
    const { accessTokenExchange } = this.config.quirks;
    if (accessTokenExchange === undefined || granted.refreshToken !== undefined) return granted;
    try {
      return await this.refresh(granted);
    } catch {
      // What was granted is good for now, and is exchanged before it expires.
      return granted;
    }
  }

  #keptOrNewKey(kept: Secret | undefined): Promise<DpopKey | undefined> {
    return kept === undefined ? this.#newKey() : readDpopKey(kept);
  }

  async #newKey(): Promise<DpopKey | undefined> {
    return this.config.useDpop ? createDpopKey() : undefined;
  }

  #withScope(parameters: URLSearchParams, scopes: readonly string[]): URLSearchParams {
    for (const [name, value] of Object.entries(this.#client.scopeParameter(scopes))) {
      parameters.set(name, value);
    }
    return parameters;
  }
}
