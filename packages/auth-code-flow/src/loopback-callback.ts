import { AuthorizationError } from "@rak-oauth/core";
import { type AuthorizationResponse, readAuthorizationResponse } from "./authorization-response.js";
import { equalSecrets } from "./browser-binding.js";
import type { ConnectedPage, FlowPage, RenderedPage } from "./flow-page.js";
import { createPageResponse, safeHeaders } from "./page-response.js";
import { toFailure } from "./to-failure.js";

/** What {@link LoopbackCallback} needs to know. */
export interface LoopbackCallbackOptions {
  /** The provider's name for people. */
  readonly displayName: string;
  readonly path: string;
  readonly state: string;
  readonly renderPage: (page: FlowPage) => RenderedPage;
}

/** What the page may say of a sign-in that went well. */
export type ConnectedAccount = Pick<ConnectedPage, "account" | "replacedAccount">;

/** A callback with the right `state`. */
export interface ArrivedCallback {
  readonly url: URL;
  readonly response: AuthorizationResponse;
}

/**
 * What the browser meets on this machine: one callback, and a page that says how it ended. Whatever
 * does not carry this flow's `state` changes nothing.
 */
export class LoopbackCallback {
  /** The first callback of this flow; later ones get its outcome. */
  readonly arrived: Promise<ArrivedCallback>;
  readonly #options: LoopbackCallbackOptions;
  readonly #outcome: Promise<ConnectedAccount>;
  #arrive: (callback: ArrivedCallback) => void = () => {};
  #complete: (connected: ConnectedAccount) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  /** `Host` of requests that are meant for us; known once we listen. */
  #authority: string | undefined;

  constructor(options: LoopbackCallbackOptions) {
    this.#options = options;
    this.arrived = new Promise((resolve) => {
      this.#arrive = resolve;
    });
    this.#outcome = new Promise((resolve, reject) => {
      this.#complete = resolve;
      this.#fail = reject;
    });
    // Perhaps no browser is there to be told.
    this.#outcome.catch(() => {});
  }

  /** Answers requests to this host and port from now on. */
  serve(authority: string): void {
    this.#authority = authority;
  }

  /** Tells the browser that all went well. */
  complete(connected: ConnectedAccount): void {
    this.#complete(connected);
  }

  /** Tells the browser that it did not. */
  fail(error: unknown): void {
    this.#fail(error);
  }

  /** Answers a request; `error` when the flow's own callback has failed. */
  readonly handler = async (request: Request): Promise<Response> => {
    // A page elsewhere whose name was made to lead here (DNS rebinding) still sends its own name.
    if (request.headers.get("host") !== this.#authority) {
      return new Response(null, { status: 421, headers: safeHeaders });
    }
    const url = new URL(request.url);
    if (url.pathname !== this.#options.path) {
      return this.#respond({ kind: "failed", failure: "not_found" });
    }
    if (request.method === "HEAD") return new Response(null, { headers: safeHeaders });
    if (request.method !== "GET") {
      return new Response(null, { status: 405, headers: { ...safeHeaders, allow: "GET, HEAD" } });
    }
    try {
      const response = readAuthorizationResponse(url);
      if (!equalSecrets(response.state, this.#options.state)) throw foreignCallback();
      this.#arrive({ url, response });
    } catch (error) {
      return this.#respond({ kind: "failed", failure: toFailure(error) });
    }
    return this.#respond(await this.#describeOutcome());
  };

  async #describeOutcome(): Promise<FlowPage> {
    const { displayName } = this.#options;
    try {
      return { kind: "connected", displayName, ...(await this.#outcome) };
    } catch (error) {
      const failure = toFailure(error);
      const detail =
        error instanceof AuthorizationError && failure === "provider_error"
          ? error.message
          : undefined;
      return { kind: "failed", failure, displayName, detail };
    }
  }

  #respond(page: FlowPage): Response {
    return createPageResponse(page, this.#options.renderPage(page));
  }
}

function foreignCallback(): AuthorizationError {
  return new AuthorizationError(
    "invalid_state",
    "The callback belongs to another authorization than the one that waits here.",
  );
}
