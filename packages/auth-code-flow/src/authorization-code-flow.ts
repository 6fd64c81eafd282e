import { scheduler } from "node:timers/promises";
import { AuthorizationError, ConfigurationError, systemClock } from "@rak-oauth/core";
import type {
  AuthorizationCodeFlowOptions,
  FinishedAuthorization,
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
import { connectBrowser } from "./connect-browser.js";
import { finishAuthorization } from "./finish-authorization.js";
import type { FlowAttempt, FlowContext } from "./flow-context.js";
import type { FlowPage, RenderedPage } from "./flow-page.js";
import { createPageResponse, safeHeaders } from "./page-response.js";
import { registerProviders } from "./registered-providers.js";
import { renderDefaultPage } from "./render-default-page.js";
import { ReturnAddresses } from "./return-to.js";
import { startAuthorization } from "./start-authorization.js";
import { toFailure } from "./to-failure.js";
import {
  type AuthorizationOutcome,
  type WaitForAuthorizationOptions,
  waitForSettlement,
} from "./wait-for-settlement.js";

const defaultTtlMs = 10 * 60 * 1000;

/**
 * The browser flow of any number of providers and users: from a link, over the user's consent, to a
 * stored credential. One process may start a flow and another finish it; they share the stores, the
 * keys and the configurations.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1
 */
export class AuthorizationCodeFlow {
  readonly #context: FlowContext;
  readonly #connectPath: string;
  readonly #callbackPaths: ReadonlySet<string>;
  readonly #renderPage: (page: FlowPage) => RenderedPage;

  /** @throws ConfigurationError naming the option that cannot work, and its mend. */
  constructor(options: AuthorizationCodeFlowOptions) {
    const ttlMs = options.ttlMs ?? defaultTtlMs;
    if (!Number.isSafeInteger(ttlMs) || ttlMs <= 0) {
      throw new ConfigurationError(
        `AuthorizationCodeFlow: ttlMs is ${ttlMs} and must be a positive number of milliseconds, such as ${defaultTtlMs}.`,
      );
    }
    const providers = registerProviders(options);
    this.#context = {
      providers,
      credentials: options.credentials,
      store: options.pendingAuthorizations,
      connectUrl: options.connectUrl,
      verifyUser: options.verifyUser,
      returnAddresses: new ReturnAddresses(options.returnToOrigins ?? []),
      ttlMs,
      clock: options.clock ?? systemClock,
      scheduler: options.scheduler ?? scheduler,
      reportFailure: (failure) => options.onFailure?.(failure),
    };
    this.#connectPath = new URL(options.connectUrl).pathname;
    this.#callbackPaths = new Set([...providers.values()].map(({ callbackPath }) => callbackPath));
    this.#renderPage = options.renderPage ?? renderDefaultPage;
  }

  /**
   * Starts a flow for one user, and gives the link that this user has to open. Equal wishes of one
   * user share one flow while it is open.
   *
   * @throws ConfigurationError when the provider is not configured.
   * @throws MissingUserIdError without a user.
   * @throws AuthorizationError `invalid_request` when `returnTo` is not allowed.
   */
  async start(options: StartAuthorizationOptions): Promise<StartedAuthorization> {
    return startAuthorization(this.#context, options);
  }

  /**
   * Answers the GET of a link: binds the browser by a cookie and sends it on to the provider. Nothing
   * is consumed, so the link may be opened again; a HEAD request changes nothing at all.
   *
   * @throws AuthorizationError when the link cannot be used, or not by this user.
   */
  async connect(request: Request): Promise<Response> {
    return this.#connect(request, {});
  }

  /**
   * Finishes the flow of a callback: checks state, browser, issuer and user, exchanges the code once
   * and stores the credential. Only the path and the query of the request's URL are used.
   *
   * @throws AuthorizationError when the callback is not good, or the user said no.
   * @throws TokenRequestError when the provider gives no token for the code.
   */
  async finish(request: Request): Promise<FinishedAuthorization> {
    if (request.method !== "GET") {
      throw new AuthorizationError(
        "invalid_request",
        `The callback came by ${request.method}, and only GET is a callback. Start the authorization again.`,
      );
    }
    return finishAuthorization(this.#context, request, {});
  }

  /**
   * Serves the connect route and the callback routes, with a page for the person at every end. It
   * never rejects; `onFailure` is told of what went wrong.
   */
  readonly handler = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const step = this.#stepOf(path);
    if (step === undefined) return this.#respond({ kind: "failed", failure: "not_found" });
    // What only looks at a link, such as a chat's preview, must not use it up.
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    if (request.method !== "GET") {
      return new Response(null, { status: 405, headers: { ...safeHeaders, allow: "GET, HEAD" } });
    }
    const attempt: FlowAttempt = {};
    try {
      if (step === "connect") return await this.#connect(request, attempt);
      return this.#showFinished(await finishAuthorization(this.#context, request, attempt));
    } catch (error) {
      const pending = attempt.flow?.pending;
      this.#context.reportFailure({ step, error, pending });
      const failure = toFailure(error);
      return this.#respond({
        kind: "failed",
        failure,
        displayName: pending?.displayName,
        returnTo: pending?.returnTo,
        detail:
          error instanceof AuthorizationError && failure === "provider_error"
            ? error.message
            : undefined,
      });
    }
  };

  /**
   * Waits until a flow ends, in whatever process: at once where the store can tell, else by looking
   * once a second.
   *
   * @throws AuthorizationError `invalid_request` when there is no flow of this id.
   */
  async waitForAuthorization(
    id: string,
    options: WaitForAuthorizationOptions = {},
  ): Promise<AuthorizationOutcome> {
    const { store, clock, scheduler } = this.#context;
    return waitForSettlement({ ...options, id, store, clock, scheduler });
  }

  async #connect(request: Request, attempt: FlowAttempt): Promise<Response> {
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    const browser = await connectBrowser(this.#context, request, attempt);
    if (browser.status === "completed") {
      const { displayName, returnTo } = browser.flow.pending;
      return this.#respond({ kind: "connected", displayName, returnTo });
    }
    return new Response(null, {
      status: 303,
      headers: { ...safeHeaders, location: browser.location, "set-cookie": browser.cookie },
    });
  }

  #showFinished(finished: FinishedAuthorization): Response {
    const { displayName, returnTo } = finished.pending;
    const { account, replacedAccount } =
      finished.status === "completed"
        ? finished
        : { account: undefined, replacedAccount: undefined };
    // A change of accounts has to be seen, so the browser stays here.
    if (returnTo !== undefined && replacedAccount === undefined) {
      return new Response(null, { status: 303, headers: { ...safeHeaders, location: returnTo } });
    }
    return this.#respond({ kind: "connected", displayName, account, replacedAccount, returnTo });
  }

  #respond(page: FlowPage): Response {
    return createPageResponse(page, this.#renderPage(page));
  }

  #stepOf(path: string): "connect" | "callback" | undefined {
    if (path === this.#connectPath) return "connect";
    return this.#callbackPaths.has(path) ? "callback" : undefined;
  }
}
