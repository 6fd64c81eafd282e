import { setTimeout as delay } from "node:timers/promises";
import {
  type Clock,
  ConfigurationError,
  type CredentialKey,
  type OAuth2Config,
  type OAuth2Credentials,
  type OAuth2Flow,
  type Secret,
  TokenRequestError,
} from "@rak-oauth/core";
import { LRUCache } from "lru-cache";
import type { LimitFunction } from "p-limit";
import { backoffMs, leftAlone } from "./backoff.js";
import type { TokenEndpoint } from "./token-endpoint.js";
import type { ObtainedToken } from "./token-need.js";
import type { TokenObserver } from "./token-observer.js";

/** What a token is asked for on demand. */
export interface GrantRequest {
  readonly key: CredentialKey;
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
}

/** A token that stands for a user at the token exchange. */
export interface SubjectToken {
  readonly token: Secret | string;
  /** Its type, such as `urn:ietf:params:oauth:token-type:access_token` (RFC 8693 §3). */
  readonly tokenType: string;
  /** Who acts for the user, where the server wants to know (RFC 8693 §4.1). */
  readonly actor?: { readonly token: Secret | string; readonly tokenType: string } | undefined;
}

/** What grants that are asked for on demand take from the application. */
export interface GrantSources {
  /** A fresh assertion for each request; needed for flow `jwt_bearer` (RFC 7523 §2.1). */
  readonly assertion?: ((request: GrantRequest) => Promise<Secret | string>) | undefined;
  /** The user's own token; needed for flow `token_exchange` (RFC 8693 §2.1). */
  readonly subjectToken?: ((request: GrantRequest) => Promise<SubjectToken>) | undefined;
}

/** Options of {@link OnDemandGrant}. */
export interface OnDemandGrantOptions extends GrantSources {
  readonly config: OAuth2Config;
  readonly endpoint: TokenEndpoint;
  readonly observer: TokenObserver;
  readonly clock: Clock;
  readonly limit: LimitFunction;
  /** How long `assertion` and `subjectToken` may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}

interface Failure {
  readonly reason: TokenRequestError;
  readonly tries: number;
  readonly retryAtMs: number;
}

/** Flows whose tokens are asked for when needed, and not stored. */
export const onDemandFlows: ReadonlySet<OAuth2Flow> = new Set([
  "client_credentials",
  "jwt_bearer",
  "token_exchange",
]);

const maximumFailures = 10_000;

/**
 * Grants that need no stored refresh token: client credentials, JWT bearer, token exchange. A lost
 * token is asked for again, so nothing is stored, and each process asks for itself.
 */
export class OnDemandGrant {
  readonly #options: OnDemandGrantOptions;
  readonly #failures = new LRUCache<string, Failure>({ max: maximumFailures });

  /** @throws ConfigurationError when the flow's source is missing. */
  constructor(options: OnDemandGrantOptions) {
    const { config, assertion, subjectToken } = options;
    if (config.flow === "jwt_bearer" && assertion === undefined) {
      throw missing(config, "assertion", "a function that gives a signed assertion");
    }
    if (config.flow === "token_exchange" && subjectToken === undefined) {
      throw missing(config, "subjectToken", "a function that gives the user's token");
    }
    this.#options = options;
  }

  /**
   * Asks for a token; `slot` names what is asked for, so that what failed is left alone for a while.
   *
   * @throws TokenRequestError when the server gives none.
   */
  async obtain(slot: string, request: GrantRequest): Promise<ObtainedToken> {
    const { clock, limit, observer } = this.#options;
    const { key } = request;
    const failure = this.#failures.get(slot);
    const waitMs = (failure?.retryAtMs ?? 0) - clock.now();
    if (waitMs > 0) throw leftAlone(key.provider, waitMs, failure?.reason);
    try {
      const granted = await limit(() =>
        observer.span("rak_oauth.request_token", () => this.#request(request)),
      );
      this.#failures.delete(slot);
      const { accessToken: token, lifetimeSeconds } = granted;
      observer.tell({ type: "refreshed", key, lifetimeSeconds, recovered: false });
      return { token, lifetimeSeconds, refreshed: true };
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      const tries = (failure?.tries ?? 0) + 1;
      const retryInMs = backoffMs(tries, error);
      this.#failures.set(slot, { reason: error, tries, retryAtMs: clock.now() + retryInMs });
      const { kind, status } = error;
      observer.tell({ type: "refresh_failed", key, kind, error: error.error, status, retryInMs });
      throw error;
    }
  }

  async #request(request: GrantRequest): Promise<OAuth2Credentials> {
    const { endpoint, assertion, subjectToken } = this.#options;
    const { scopes, resource } = request;
    if (assertion !== undefined) {
      const signed = await this.#inTime("assertion", assertion(request));
      return endpoint.requestJwtBearer({ assertion: signed, scopes, resource });
    }
    if (subjectToken !== undefined) {
      const subject = await this.#inTime("subjectToken", subjectToken(request));
      const { token, tokenType, actor } = subject;
      return endpoint.exchangeToken({
        subjectToken: token,
        subjectTokenType: tokenType,
        actorToken: actor?.token,
        actorTokenType: actor?.tokenType,
        scopes,
        resource,
      });
    }
    return endpoint.requestClientCredentials({ scopes, resource });
  }

  /** What the application gives: whoever waits for it for ever keeps others from the provider. */
  async #inTime<Given>(option: string, giving: Promise<Given>): Promise<Given> {
    const { config, requestTimeoutMs } = this.#options;
    const { provider } = config;
    const over = new AbortController();
    const late = delay(requestTimeoutMs, undefined, { signal: over.signal }).then(() => {
      throw new TokenRequestError(
        `TokenManager for "${provider}": the function given as ${option} gave nothing within ${requestTimeoutMs} ms.`,
        { provider, kind: "transient" },
      );
    });
    try {
      return await Promise.race([giving, late]);
    } finally {
      over.abort();
    }
  }
}

function missing(config: OAuth2Config, option: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `TokenManager for "${config.provider}": ${option} is missing and flow is "${config.flow}". Give ${what}.`,
  );
}
