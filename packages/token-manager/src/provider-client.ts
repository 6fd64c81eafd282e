import {
  AuthorizationError,
  type Clock,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2Credentials,
  type OAuth2Error,
  type Scheduler,
  TokenRequestError,
} from "@rak-oauth/core";
import {
  allowInsecureRequests,
  type ClientAuth,
  Configuration,
  customFetch,
  type DPoPOptions,
} from "openid-client";
import { clientAuthentication } from "./client-authentication.js";
import { assertBound, type DpopKey, DpopNonce } from "./dpop.js";
import { type AnswerBody, malformed, readAnswer } from "./endpoint-answer.js";
import {
  asFetch,
  type EndpointAnswer,
  endpointTransport,
  type SendToEndpoint,
} from "./endpoint-transport.js";
import {
  type IdTokenSignatureCheck,
  idTokenAlgorithms,
  idTokenSignatureCheck,
} from "./id-token-signature.js";
import { NotSentError } from "./not-sent-error.js";
import { type GrantedTokens, type RequestContext, toCredentials } from "./to-credentials.js";
import {
  type NormalTokenResponse,
  normaliseTokenResponse,
  type TokenType,
} from "./token-response.js";
import { type AddressField, addressIn, type EndpointTarget, unreachable } from "./unreachable.js";

/** What {@link ProviderClient} works with. */
export interface ProviderClientOptions {
  readonly config: OAuth2Config;
  readonly requestTimeoutMs: number;
  readonly fetch?: typeof fetch | undefined;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

/** One request to the token endpoint, beside its grant's own parameters. */
export interface TokenRequest extends RequestContext, ConfigurationOverrides {
  /** The key that the tokens are or will be bound to. */
  readonly dpopKey?: DpopKey | undefined;
  /** Types of token that are wanted beside Bearer and, with a key, DPoP. */
  readonly acceptedTypes?: readonly TokenType[] | undefined;
  /** Is asked right before the request goes out; false keeps it here. @defaultValue true */
  readonly maySend?: (() => boolean) | undefined;
  /** Is given the tokens of an answer, before it is known whether they will do. */
  readonly onTokens?: ((answer: NormalTokenResponse) => void) | undefined;
  /** Looks at an answer before anything is made of it, and throws when it will not do. */
  readonly check?: ((answer: GrantedTokens) => void) | undefined;
}

/** An answer while it is being read. */
export interface AnsweredEndpoint {
  readonly headers: Pick<Headers, "get">;
  /** The error for a good answer that cannot be used, and why. */
  readonly refuse: (problem: string) => TokenRequestError;
}

/** Where one request differs from the others of its client. */
export interface ConfigurationOverrides {
  /** @defaultValue as the configuration says */
  readonly authentication?: ClientAuth | undefined;
  /** Whether it goes to the address for refreshes, where that is another. @defaultValue false */
  readonly isRefresh?: boolean | undefined;
}

/** Sends one grant through openid-client. */
export type SendGrant = (
  client: Configuration,
  parameters: URLSearchParams,
  dpop: DPoPOptions | undefined,
) => Promise<GrantedTokens>;

/** One client registration as openid-client knows it, and what its requests have in common. */
export class ProviderClient {
  readonly config: OAuth2Config;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly requestTimeoutMs: number;
  readonly #authentication: ClientAuth;
  readonly #send: SendToEndpoint;
  readonly #nonce = new DpopNonce();
  readonly #idTokenSignature: IdTokenSignatureCheck | undefined;

  /** @throws ConfigurationError when the client's key cannot be used. */
  constructor(options: ProviderClientOptions) {
    this.config = options.config;
    this.clock = options.clock;
    this.scheduler = options.scheduler;
    this.requestTimeoutMs = options.requestTimeoutMs;
    this.#authentication = clientAuthentication(options.config);
    this.#send = endpointTransport(options.config, options.fetch);
    this.#idTokenSignature = idTokenSignatureCheck(this.config, asFetch(this.#send), this.clock);
  }

  /**
   * One grant: the request with everything that every token request carries, the answer in one form,
   * joined with what is kept.
   *
   * @throws TokenRequestError when the server gives no token.
   * @throws AuthorizationError when the answer does not fit what was asked.
   */
  async requestTokens(request: TokenRequest, send: SendGrant): Promise<OAuth2Credentials> {
    // Absolute expiry counts from when the request was sent: the server starts no later than that.
    const sentAt = this.clock.now();
    const { dpopKey } = request;
    let requests = 0;
    const client = this.configuration((url, init) => {
      requests += 1;
      return this.#exchange(url, init, request, requests === 1);
    }, request);
    let answer: GrantedTokens;
    try {
      const dpop = dpopKey && this.#nonce.options(client, dpopKey);
      answer = await send(client, this.#commonParameters(request.resource), dpop);
    } catch (error) {
      throw this.#explain(error);
    }
    if (dpopKey !== undefined) assertBound(this.config, answer, request.previous);
    request.check?.(answer);
    if (answer.id_token !== undefined) await this.#idTokenSignature?.check(answer.id_token);
    return toCredentials(answer, { ...request, sentAt, dpopKey: dpopKey?.stored });
  }

  /**
   * A request to another endpoint that answers in JSON.
   *
   * @throws TokenRequestError when it gives no good answer, or what `normalise` throws.
   */
  async ask<Answer>(
    target: EndpointTarget,
    normalise: (body: AnswerBody, answered: AnsweredEndpoint) => object,
    send: (client: Configuration) => Promise<Answer>,
  ): Promise<Answer> {
    const { endpoint, field, status = 200, timeoutMs } = target;
    const read = async (response: EndpointAnswer, signal: AbortSignal) => {
      const options = { config: this.config, endpoint, field, signal, now: this.clock.now() };
      const body = await readAnswer(response, options);
      const refuse = (problem: string) => malformed(options, response.status, problem);
      return Response.json(normalise(body, { headers: response.headers, refuse }), { status });
    };
    const client = this.configuration((url, init) => this.request(url, init, read, timeoutMs));
    try {
      return await send(client);
    } catch (error) {
      const reason = error instanceof Error && isOAuth2Error(error.cause) ? error.cause : error;
      throw isOAuth2Error(reason) ? reason : unreachable(error, target, this);
    }
  }

  /** A request to another endpoint than the token endpoint, answer included, within the limits. */
  async request<Answer>(
    url: string,
    init: RequestInit,
    read: (response: EndpointAnswer, signal: AbortSignal) => Promise<Answer>,
    timeoutMs: number = this.requestTimeoutMs,
  ): Promise<Answer> {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    return read(await this.#send(url, { ...init, redirect: "manual", signal }), signal);
  }

  /** A sign-in has begun whose ID token will be checked: the keys for that had better be there by then. */
  expectIdToken(): void {
    // Whoever needs the keys then fetches them again, and says what there is to say.
    this.#idTokenSignature?.fetchKeysAhead().catch(() => {});
  }

  /** The registration as openid-client wants it, with everything sent by `send`. */
  configuration(
    send: (url: string, init: RequestInit) => Promise<Response>,
    overrides: ConfigurationOverrides = {},
  ): Configuration {
    const { config } = this;
    const { authentication = this.#authentication, isRefresh } = overrides;
    const endpoints = {
      authorization_endpoint: config.authUrl,
      pushed_authorization_request_endpoint: config.pushedAuthorizationUrl,
      device_authorization_endpoint: config.deviceAuthorizationUrl,
      revocation_endpoint: config.revocationUrl,
      introspection_endpoint: config.introspectionUrl,
      jwks_uri: config.jwksUrl,
    };
    const known = Object.entries(endpoints).filter(([, address]) => address !== undefined);
    const client = new Configuration(
      {
        issuer: config.issuer ?? new URL(config.tokenUrl).origin,
        token_endpoint: addressIn(config, tokenField(config, isRefresh)),
        ...(Object.fromEntries(known) as Record<string, string>),
        authorization_response_iss_parameter_supported: config.issParameterSupported,
        id_token_signing_alg_values_supported: idTokenAlgorithms(config),
      },
      config.clientId,
      {},
      authentication,
    );
    if (config.allowInsecureLoopback) allowInsecureRequests(client);
    // The limit covers the answer's body too, so it is set where the body is read.
    client.timeout = 0;
    client[customFetch] = (url, init) => send(url, init as RequestInit);
    return client;
  }

  /** Resource indicators of a request: the one asked for, or those of the configuration (RFC 8707). */
  resources(resource: string | undefined): readonly string[] {
    return resource === undefined ? this.config.resources : [resource];
  }

  /** `scope` as the provider wants it written; nothing where there are no scopes. */
  scopeParameter(scopes: readonly string[]): Record<string, string> {
    return scopes.length === 0
      ? {}
      : { scope: scopes.join(this.config.quirks.scopeSeparator ?? " ") };
  }

  #commonParameters(resource: string | undefined): URLSearchParams {
    const parameters = new URLSearchParams(this.config.quirks.tokenParameters);
    for (const indicator of this.resources(resource)) parameters.append("resource", indicator);
    return parameters;
  }

  /** One request to the token endpoint and its answer, in the form openid-client takes. */
  async #exchange(
    url: string,
    init: RequestInit,
    request: TokenRequest,
    mayRepeat: boolean,
  ): Promise<Response> {
    const { maySend, dpopKey, acceptedTypes = [], previous, keepIdToken, onTokens } = request;
    const field = tokenField(this.config, request.isRefresh);
    if (maySend?.() === false) throw new NotSentError(this.config.provider);
    const signal = AbortSignal.timeout(this.requestTimeoutMs);
    let gaveNonce = false;
    try {
      const response = await this.#send(url, { ...init, redirect: "manual", signal });
      gaveNonce = this.#nonce.takeFrom(response);
      const answer = await normaliseTokenResponse(response, {
        config: this.config,
        field,
        previous,
        acceptedTypes: dpopKey === undefined ? acceptedTypes : [...acceptedTypes, "DPoP"],
        keepIdToken,
        signal,
        now: this.clock.now(),
      });
      onTokens?.(answer);
      return new ReadAnswer(answer);
    } catch (error) {
      const target = { endpoint: "token endpoint", field } as const;
      const failure = isOAuth2Error(error) ? error : unreachable(error, target, this);
      const mayHelp = mayRepeat && gaveNonce && dpopKey !== undefined;
      if (!mayHelp || !asksForNonce(failure)) throw failure;
      // openid-client repeats the request once when it sees this, with a new proof.
      return Response.json({ error: "use_dpop_nonce" }, { status: 400 });
    }
  }

  /** openid-client's errors carry the raw answer as a cause; only their fixed words are kept. */
  #explain(error: unknown): OAuth2Error {
    if (isOAuth2Error(error)) return error;
    if (error instanceof Error && isOAuth2Error(error.cause)) return error.cause;
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const words = inner instanceof Error ? inner.message : "unknown error";
    return new AuthorizationError(
      words.includes('"iss"') ? "issuer_mismatch" : "provider_error",
      `The answer of ${this.config.provider} does not fit this authorization: ${words}.`,
    );
  }
}

/** A good answer that was read already: there is no body to be made for it and read again. */
class ReadAnswer extends Response {
  override readonly json: () => Promise<object>;

  constructor(members: object) {
    super(null, { headers: { "content-type": "application/json" } });
    this.json = async () => members;
  }
}

/** Where the address stands that a token request goes to. */
function tokenField({ quirks }: OAuth2Config, isRefresh = false): AddressField {
  return isRefresh && quirks.refreshUrl !== undefined ? "quirks.refreshUrl" : "tokenUrl";
}

function asksForNonce(failure: OAuth2Error): boolean {
  return failure instanceof TokenRequestError && failure.error === "use_dpop_nonce";
}
