import { type AccessToken, NeedsUserAuthorizationError } from "@rak-oauth/core";
import { createAuthorizedFetch } from "./authorized-fetch.js";
import { findMissingScopes } from "./missing-scopes.js";
import { NetworkError } from "./network-error.js";
import { Redactor } from "./redactor.js";
import {
  type AuthorizedCall,
  isPending,
  type RequestCredential,
  type ToolAuth,
} from "./tool-auth.js";
import { CallFailedError, type PendingAuthorizationResult } from "./tool-result.js";

/** What a function of the application's own may do at one provider, for one call. */
export interface AuthorizedAccess {
  /** A token that can be used now, for a client library that sends by itself. Keep it out of results. */
  readonly token: AccessToken;
  /**
   * `createAuthorizedFetch` for the user and the provider's own `apiOrigins`. Where a 401, 403 or 404
   * says that scopes are missing, the function ends and the user is asked.
   *
   * @throws NeedsUserAuthorizationError when the user has to be asked; let it pass.
   * @throws ConfigurationError for a URL elsewhere; nothing is sent.
   */
  readonly fetch: typeof fetch;
}

/** One call's credential at one provider, and what it was replaced by. */
export class CallAccess implements AuthorizedAccess {
  readonly #auth: ToolAuth;
  readonly #call: AuthorizedCall;
  /** The one in use comes last. */
  readonly #used: RequestCredential[];
  #fetch: typeof fetch | undefined;
  #pending: PendingAuthorizationResult | undefined;

  constructor(auth: ToolAuth, call: AuthorizedCall, first: RequestCredential) {
    this.#auth = auth;
    this.#call = call;
    this.#used = [first];
  }

  get token(): AccessToken {
    const { token } = this.#current;
    if (token === undefined) throw new TypeError("Credentials of oauth2 have a token.");
    return token;
  }

  /** What the user was asked for while the function ran, however the function took it. */
  get pending(): PendingAuthorizationResult | undefined {
    return this.#pending;
  }

  /** Everything that must not come back in a result. */
  get secrets(): RequestCredential["secrets"] {
    return this.#used.flatMap(({ secrets }) => secrets);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const { origins = [], allowInsecureLoopback } = this.#auth;
    this.#fetch ??= createAuthorizedFetch(
      { getToken: async ({ forceRefresh } = {}) => this.#tokenAfter(forceRefresh) },
      { origins, allowInsecureLoopback, fetch: (...request) => this.#send(...request) },
    );
    const response = await this.#fetch(input, init);
    if (![401, 403, 404].includes(response.status)) return response;
    const pending = await this.#askForMissingScopes(response);
    if (pending !== undefined) throw this.#needsUser(pending);
    return response;
  };

  get #current(): RequestCredential {
    return this.#used.at(-1) as RequestCredential;
  }

  /** The present token, or another one after the API refused it. */
  async #tokenAfter(refused: AccessToken | boolean | undefined): Promise<AccessToken> {
    // Another request of the same call may have brought a newer one already.
    if (refused === undefined || refused !== this.token) return this.token;
    const renewed = await this.#auth.renew?.(this.#call, this.#current);
    if (renewed === undefined) return this.token;
    if (isPending(renewed)) throw this.#needsUser(renewed);
    this.#used.push(renewed);
    return this.token;
  }

  #needsUser(pending: PendingAuthorizationResult): NeedsUserAuthorizationError {
    this.#pending = pending;
    return new NeedsUserAuthorizationError(pending);
  }

  async #askForMissingScopes(response: Response): Promise<PendingAuthorizationResult | undefined> {
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    const redactor = new Redactor(this.secrets);
    const missing = findMissingScopes(response, body);
    const scopes = missing?.filter((scope) => redactor.redact(scope) === scope);
    return scopes && this.#auth.widen?.(this.#call, this.#current, scopes);
  }

  async #send(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { signal, toolName } = this.#call;
    const either = init.signal ? AbortSignal.any([signal, init.signal]) : signal;
    try {
      return await fetch(input, { ...init, signal: either });
    } catch (error) {
      either.throwIfAborted();
      const { code } = new NetworkError(error instanceof Error ? error.cause : undefined);
      const { origin } = new URL(input instanceof Request ? input.url : input);
      const isSafe = ["GET", "HEAD"].includes(init.method?.toUpperCase() ?? "GET");
      throw new CallFailedError({
        error: "network_error",
        message: `${toolName} asked ${origin}, and no answer came back${code === "" ? "" : ` (${code})`}. ${isSafe ? "Try again later." : "It may have been carried out; look before you repeat it."}`,
        retryable: isSafe,
      });
    }
  }
}
