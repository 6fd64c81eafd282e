import { type AccessToken, ConfigurationError, isSecureUrl, OAuth2Error } from "@rak-oauth/core";
import type { GetTokenOptions, TokenSource } from "@rak-oauth/token-manager";
import { prepareCredential } from "./prepared-credential.js";
import { redirectStatuses } from "./send-request.js";
import { TokenPresenter } from "./token-presenter.js";
import type { ProofOfPossession, RequestCredential } from "./tool-auth.js";

/** Options of {@link createAuthorizedFetch}. */
export interface AuthorizedFetchOptions extends Pick<GetTokenOptions, "scopes" | "resource"> {
  /** The only origins that are called and get the token, such as `https://api.example.com`. */
  readonly origins: readonly string[];
  /** Whether plain http to loopback is accepted, for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Sends the requests. @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

/** As many as the global `fetch` follows. */
const maximumRedirects = 20;

/**
 * Makes a `fetch` for an SDK that takes one: it adds the access token of its source, as a bearer
 * token or with a proof that its key is here, to requests to the declared origins.
 *
 * It rejects with NeedsUserAuthorizationError when the user has to authorize first, and with
 * ConfigurationError, before anything is sent, for a request to another origin. A redirect to an
 * origin that is not declared is followed without credentials. After a 401 it asks for another token
 * once and sends the request again, if its body can be sent twice: a stream cannot.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 * @throws ConfigurationError when an origin is none, or not secure.
 */
export function createAuthorizedFetch(
  tokens: TokenSource,
  options: AuthorizedFetchOptions,
): typeof fetch {
  const origins = new Set(options.origins);
  for (const origin of origins) {
    const fault = findOriginFault(origin, options.allowInsecureLoopback ?? false);
    if (fault !== undefined) {
      throw new ConfigurationError(
        `createAuthorizedFetch: origins holds ${JSON.stringify(origin)}, which ${fault}`,
      );
    }
  }
  if (origins.size === 0) {
    throw new ConfigurationError(
      'createAuthorizedFetch: origins is empty. Name those that may get the token, such as "https://api.example.com".',
    );
  }
  const sender = new AuthorizedSender(tokens, options, origins);
  return (input, init) => sender.fetch(input, init);
}

/** A request with the token it was sent with, and its answer. */
interface Exchange {
  readonly url: string;
  readonly request: RequestInit;
  readonly token: AccessToken;
  readonly response: Response;
}

class AuthorizedSender {
  readonly #tokens: TokenSource;
  readonly #options: AuthorizedFetchOptions;
  readonly #origins: ReadonlySet<string>;
  /** Each origin with the slash that ends it. */
  readonly #prefixes: readonly string[];
  readonly #presenter: TokenPresenter;

  constructor(tokens: TokenSource, options: AuthorizedFetchOptions, origins: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#options = options;
    this.#origins = origins;
    this.#prefixes = [...origins].map((origin) => `${origin}/`);
    this.#presenter = new TokenPresenter([...origins].join(", "));
  }

  async fetch(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    // One object to read from: what a Request says, init may say otherwise.
    const given = input instanceof Request ? new Request(input, init) : (init ?? {});
    const url = input instanceof Request ? input.url : String(input);
    if (!this.#isAmongOrigins(url)) throw this.#refuseOrigin(new URL(url).origin);
    const request = plainInit(given);
    const token = await this.#getToken(request);
    const response = await this.#sendWith(this.#presenter.present(token), url, request);
    // By far the most frequent; the rest is for answers that are not the last word.
    if (response.status !== 401 && !redirectStatuses.has(response.status)) return response;
    return this.#settle({ url, request, token, response });
  }

  /** What begins with an origin and a slash is of it; parsing says so too, but takes its time. */
  #isAmongOrigins(url: string): boolean {
    return (
      this.#prefixes.some((prefix) => url.startsWith(prefix)) ||
      this.#origins.has(new URL(url).origin)
    );
  }

  #getToken({ signal }: RequestInit, forceRefresh?: AccessToken): Promise<AccessToken> {
    const { scopes, resource } = this.#options;
    const wish = signal ?? scopes ?? resource ?? forceRefresh;
    // Who wishes for nothing gets a token without any look at wishes.
    if (wish === undefined) return this.#tokens.getToken();
    return this.#tokens.getToken({ signal: signal ?? undefined, scopes, resource, forceRefresh });
  }

  /** Follows redirects, and tries with another token where the API refuses one. */
  async #settle(first: Exchange): Promise<Response> {
    let { url, request, token, response } = first;
    const { redirect } = request;
    // Whoever was asked elsewhere must not send this request back with a credential.
    let isAmongOrigins = true;
    for (let redirects = 0; ; redirects += 1) {
      if (isAmongOrigins && response.status === 401) {
        response = await this.#sendAnew({ url, request, token, response });
      }
      if (redirect === "manual" || !redirectStatuses.has(response.status)) return response;
      const location = response.headers.get("location");
      if (location === null) return response;
      await response.body?.cancel();
      if (redirect === "error" || redirects === maximumRedirects || !URL.canParse(location, url)) {
        throw new TypeError(`The redirect of ${new URL(url).origin} is not followed.`);
      }
      const target = new URL(location, url);
      url = target.href;
      isAmongOrigins &&= this.#origins.has(target.origin);
      request = redirected(request, response.status, isAmongOrigins ? undefined : target.origin);
      if (isAmongOrigins) {
        token = await this.#getToken(request);
        response = await this.#sendWith(this.#presenter.present(token), url, request);
      } else {
        response = await this.#send(url, request);
      }
    }
  }

  /** Once more with another token, where there is one and the request can be repeated. */
  async #sendAnew({ url, request, token, response }: Exchange): Promise<Response> {
    // Also where it cannot be repeated: the next request then has a token that works.
    const another = await this.#getToken(request, token).catch(async (error: unknown) => {
      await response.body?.cancel();
      throw error;
    });
    const other = this.#presenter.presentOther(another, token);
    if (other === undefined || !isRepeatable(request.body)) return response;
    await response.body?.cancel();
    return this.#sendWith(other, url, request);
  }

  #sendWith(credential: RequestCredential, url: string, init: RequestInit): Promise<Response> {
    const { proof } = credential;
    const authorized = asSent(init, prepareCredential(credential).headers);
    return proof ? this.#sendProven(proof, url, authorized) : this.#send(url, authorized);
  }

  /** Once, and again with the nonce that the API wants in the proof. */
  async #sendProven(
    proof: ProofOfPossession,
    address: string,
    init: RequestInit,
  ): Promise<Response> {
    const url = new URL(address);
    for (let isRepeated = false; ; isRepeated = true) {
      const dpop = await proof.prove({ method: init.method ?? "GET", url });
      const response = await this.#send(address, asSent(init, { dpop }));
      const wantsNonce = proof.learn(url, response);
      if (!wantsNonce || isRepeated || !isRepeatable(init.body)) return response;
      await response.body?.cancel();
    }
  }

  #send(url: string, init: RequestInit): Promise<Response> {
    return (this.#options.fetch ?? fetch)(url, init);
  }

  #refuseOrigin(origin: string): ConfigurationError {
    return new ConfigurationError(
      `createAuthorizedFetch: the request goes to ${origin}, and the token may only go to ${[...this.#origins].join(", ")}. Add the origin to origins if it may have the token, else use another fetch.`,
    );
  }
}

/** The request that a redirect asks for; to a foreign origin with nothing that says who calls. */
function redirected(init: RequestInit, status: number, foreign: string | undefined): RequestInit {
  const method = init.method?.toUpperCase() ?? "GET";
  const becomesGet =
    status === 303 ? method !== "GET" && method !== "HEAD" : status < 303 && method === "POST";
  const headers = new Headers(init.headers);
  const body = becomesGet ? null : (init.body ?? null);
  if (becomesGet) dropHeaders(headers, (name) => name.startsWith("content-"));
  if (foreign !== undefined) {
    if (body !== null) {
      throw new OAuth2Error(
        "tool_request_failed",
        `The API redirected a ${method} request with its body to ${foreign}, which is not one of origins. It is not followed.`,
      );
    }
    dropHeaders(headers, (name) => !harmless.has(name));
  }
  if (!isRepeatable(body)) throw new TypeError("A stream cannot be sent again after a redirect.");
  return { ...init, method: becomesGet ? "GET" : method, headers, body, redirect: "manual" };
}

/** What the caller set, with our headers in place of its own; redirects are for us to follow. */
function asSent(init: RequestInit, own: Readonly<Record<string, string>>): RequestInit {
  if (init.headers === undefined) return { ...init, redirect: "manual", headers: own };
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return { ...init, redirect: "manual", headers };
}

/** Headers that say nothing of who calls. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "range", "user-agent"]);

function dropHeaders(headers: Headers, isDropped: (name: string) => boolean): void {
  for (const name of [...headers.keys()]) if (isDropped(name)) headers.delete(name);
}

/** The members of a Request are getters, which no spread copies. */
function plainInit(request: RequestInit | Request): RequestInit {
  if (!(request instanceof Request)) return request;
  const { method, headers, body, signal, keepalive, redirect, referrer, integrity } = request;
  return {
    method,
    headers,
    body,
    signal,
    keepalive,
    redirect,
    referrer,
    integrity,
    duplex: "half",
  };
}

function isRepeatable(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return true;
  return (
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}

function findOriginFault(origin: string, allowInsecureLoopback: boolean): string | undefined {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    return 'is no origin. Give scheme, host and port alone, such as "https://api.example.com".';
  }
  return isSecureUrl(new URL(origin), allowInsecureLoopback)
    ? undefined
    : "must use https. For an API on this machine, set allowInsecureLoopback: true and use 127.0.0.1.";
}
