import { scheduler } from "node:timers/promises";
import { AuthorizationError, ConfigurationError, systemClock } from "@rak-oauth/core";
import type {
  AuthorizationCodeFlowOptions,
  FinishedAuthorization,
  FlowFailure,
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
import { type ChooseMessages, createMessageChoice } from "./choose-messages.js";
import { createCloseScript } from "./close-script.js";
import { confirmAuthorization } from "./confirm-authorization.js";
import { connectBrowser } from "./connect-browser.js";
import { finishAuthorization } from "./finish-authorization.js";
import type { FlowAttempt, FlowContext, OpenedFlow } from "./flow-context.js";
import type { FlowPage, PageSubject, RenderedPage } from "./flow-page.js";
import type { PageMessages } from "./page-messages.js";
import { createPageResponse, safeHeaders } from "./page-response.js";
import { closeScriptOf, confirmUrlOf, registerProviders } from "./registered-providers.js";
import { renderDefaultPage } from "./render-default-page.js";
import { reportFailure } from "./report-failure.js";
import { ReturnAddresses } from "./return-to.js";
import { revokeUnconfirmed, type UnconfirmedAuthorization } from "./revoke-unconfirmed.js";
import { startAuthorization } from "./start-authorization.js";
import { toFailure } from "./to-failure.js";
import { chooseUserCheck } from "./user-verifier.js";
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
  readonly #steps: ReadonlyMap<string, FlowFailure["step"]>;
  readonly #chooseMessages: ChooseMessages;
  readonly #closeScript: string;
  readonly #renderPage: (page: FlowPage, messages: PageMessages) => RenderedPage;

  /** @throws ConfigurationError naming the option that cannot work, and its mend. */
  constructor(options: AuthorizationCodeFlowOptions) {
    const ttlMs = options.ttlMs ?? defaultTtlMs;
    if (!Number.isSafeInteger(ttlMs) || ttlMs <= 0) {
      throw new ConfigurationError(
        `AuthorizationCodeFlow: ttlMs is ${ttlMs} and must be a positive number of milliseconds, such as ${defaultTtlMs}.`,
      );
    }
    const userCheck = chooseUserCheck(options);
    const providers = registerProviders(options);
    this.#context = {
      ...userCheck,
      providers,
      credentials: options.credentials,
      store: options.pendingAuthorizations,
      connectUrl: options.connectUrl,
      confirmUrl: confirmUrlOf(options.connectUrl),
      returnAddresses: new ReturnAddresses(options.returnToOrigins ?? []),
      ttlMs,
      clock: options.clock ?? systemClock,
      scheduler: options.scheduler ?? scheduler,
      fetch: options.fetch ?? ((...request) => fetch(...request)),
      reportFailure: (failure) =>
        reportFailure(options.onFailure, failure, "AuthorizationCodeFlow"),
    };
    const { connectUrl, confirmUrl, confirmation } = this.#context;
    this.#steps = new Map([
      ...[...providers.values()].map(({ callbackPath }) => [callbackPath, "callback"] as const),
      [new URL(connectUrl).pathname, "connect"],
      ...(confirmation ? [[new URL(confirmUrl).pathname, "confirm"] as const] : []),
    ]);
    this.#closeScript = closeScriptOf(connectUrl);
    this.#chooseMessages = createMessageChoice(options.messages);
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
   * and stores the credential, or with `confirmByUser` keeps it until the user confirms. Only the path and the query of the request's URL are used.
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
   * With `confirmByUser`: shows the user the account they chose, and does what they decide there.
   *
   * @throws AuthorizationError when there is nothing to confirm, or not by this browser.
   */
  async confirm(request: Request): Promise<Response> {
    return this.#confirm(request, {});
  }

  /**
   * Serves the connect route, the callback routes and, beside the connect route, the script `close.js`
   * and, with `confirmByUser`, the route `confirm`, with a page for the person at every end. It never
   * rejects; `onFailure` is told of what went wrong.
   */
  readonly handler = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    if (path === this.#closeScript && request.method === "GET") return createCloseScript();
    const step = this.#steps.get(path);
    if (step === undefined) return this.#respond(request, { kind: "failed", failure: "not_found" });
    // What only looks at a link, such as a chat's preview, must not use it up.
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    const methods = step === "confirm" ? ["GET", "HEAD", "POST"] : ["GET", "HEAD"];
    if (!methods.includes(request.method)) {
      const headers = { ...safeHeaders, allow: methods.join(", ") };
      return new Response(null, { status: 405, headers });
    }
    const attempt: FlowAttempt = {};
    try {
      if (step === "connect") return await this.#connect(request, attempt);
      if (step === "confirm") return await this.#confirm(request, attempt);
      return this.#showFinished(
        request,
        await finishAuthorization(this.#context, request, attempt),
      );
    } catch (error) {
      const pending = attempt.flow?.pending;
      this.#context.reportFailure({ step, error, pending });
      const failure = toFailure(error);
      return this.#respond(request, {
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

  /**
   * With `confirmByUser`: ends flows that nobody confirmed in time, and revokes at the provider what they
   * were given. Each is given to one of any number of processes; call it once a minute in those that
   * serve browsers.
   *
   * @throws StoreUnavailableError when the store cannot be asked; a provider that does not answer is told.
   */
  async revokeUnconfirmed(): Promise<readonly UnconfirmedAuthorization[]> {
    return revokeUnconfirmed(this.#context);
  }

  async #connect(request: Request, attempt: FlowAttempt): Promise<Response> {
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    const browser = await connectBrowser(this.#context, request, attempt);
    if (browser.status === "completed") {
      const { displayName, returnTo } = browser.flow.pending;
      return this.#respond(request, { kind: "connected", displayName, returnTo });
    }
    if (browser.status === "ask") {
      const { flow, continueUrl, action, proof, cookie } = browser;
      const subject = await this.#subjectOf(flow);
      const page = { kind: "ask_user", ...subject, continueUrl, action, proof } as const;
      return this.#respond(request, page, cookie);
    }
    return redirect(browser.location, browser.cookie);
  }

  async #confirm(request: Request, attempt: FlowAttempt): Promise<Response> {
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    const confirmed = await confirmAuthorization(this.#context, request, attempt);
    const { status, flow } = confirmed;
    const { displayName, returnTo } = flow.pending;
    if (status === "stopped") {
      return this.#respond(request, { kind: "stopped", displayName, revoked: confirmed.revoked });
    }
    if (status === "declined") {
      return this.#respond(request, { kind: "failed", failure: "access_denied", displayName });
    }
    const { account, replacedAccount } = confirmed;
    if (status === "completed") {
      // No redirect: browsers let a form lead only where its page's policy knows of.
      return this.#respond(request, {
        kind: "connected",
        displayName,
        account,
        replacedAccount,
        returnTo,
      });
    }
    const { action, proof, cookie } = confirmed;
    const subject = await this.#subjectOf(flow);
    return this.#respond(
      request,
      { kind: "confirm_account", ...subject, account, replacedAccount, action, proof },
      cookie,
    );
  }

  async #subjectOf({ pending }: OpenedFlow): Promise<PageSubject> {
    const { confirmation } = this.#context;
    return {
      displayName: pending.displayName,
      applicationName: confirmation?.applicationName ?? "",
      userName: (await confirmation?.describeUser(pending.key)) ?? "",
    };
  }

  #showFinished(request: Request, finished: FinishedAuthorization): Response {
    if (finished.status === "unconfirmed") return redirect(finished.location, finished.cookie);
    const { displayName, returnTo } = finished.pending;
    const { account, replacedAccount } =
      finished.status === "completed"
        ? finished
        : { account: undefined, replacedAccount: undefined };
    // A change of accounts has to be seen, so the browser stays here.
    if (returnTo !== undefined && replacedAccount === undefined) {
      return redirect(returnTo);
    }
    return this.#respond(request, {
      kind: "connected",
      displayName,
      account,
      replacedAccount,
      returnTo,
    });
  }

  #respond(request: Request, page: FlowPage, cookie?: string): Response {
    const isLast =
      page.kind === "connected" && page.returnTo === undefined && !page.replacedAccount;
    // Nothing is left to read or to do.
    const shown = isLast ? { ...page, closeScript: this.#closeScript } : page;
    const rendered = this.#renderPage(shown, this.#chooseMessages(request));
    return createPageResponse(shown, rendered, cookie);
  }
}

function redirect(location: string, cookie?: string): Response {
  const headers = {
    ...safeHeaders,
    location,
    ...(cookie !== undefined && { "set-cookie": cookie }),
  };
  return new Response(null, { status: 303, headers });
}
