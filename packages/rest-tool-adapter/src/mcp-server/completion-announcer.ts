import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import type { AuthorizationWaiter } from "../call-resumption.js";

/** Why a user who was sent to a link did not authorize. */
export type Refusal = Exclude<AuthorizationOutcome["status"], "completed">;

/** How long a refusal waits for the client to call again. */
const keptMs = 10 * 60_000;
/** Calls that went out together come again together. */
const togetherMs = 5_000;

/** Tells the client of one MCP session when authorizations end that its user was sent to. */
export class CompletionAnnouncer {
  readonly #server: McpServer;
  readonly #authorization: AuthorizationWaiter;
  /** Who was given the link, by the authorization's identifier. */
  readonly #awaited = new Map<string, Set<string>>();
  readonly #refused = new Map<string, { readonly refusal: Refusal; untilMs: number }>();
  #session = new AbortController();

  constructor(server: McpServer, authorization: AuthorizationWaiter) {
    this.#server = server;
    this.#authorization = authorization;
    const { onclose } = server.server;
    server.server.onclose = () => {
      this.#session.abort();
      // A server may be connected again.
      this.#session = new AbortController();
      this.#refused.clear();
      onclose?.();
    };
  }

  /**
   * Announces once, however often the client has asked meanwhile; returns at once. `asker` names who
   * called what: a refusal is kept for those that had the link.
   */
  announceEndOf(authRequestId: string, asker: string): void {
    const awaited = this.#awaited.get(authRequestId);
    if (awaited !== undefined) {
      awaited.add(asker);
      return;
    }
    const askers = new Set([asker]);
    this.#awaited.set(authRequestId, askers);
    this.#wait(authRequestId, askers)
      // A client that is not told calls again by itself.
      .catch(() => {})
      .finally(() => this.#awaited.delete(authRequestId));
  }

  /**
   * Why the authorization did not come about that this asker was sent to. It is told of that when it
   * calls again, and the calls that come together with that one are; the next gets a link.
   */
  refusalFor(asker: string): Refusal | undefined {
    const refused = this.#refused.get(asker);
    const nowMs = performance.now();
    if (refused === undefined || nowMs >= refused.untilMs) {
      this.#refused.delete(asker);
      return undefined;
    }
    refused.untilMs = Math.min(refused.untilMs, nowMs + togetherMs);
    return refused.refusal;
  }

  /** Forgets a refusal: the user has authorized by another way. */
  forgetRefusalFor(asker: string): void {
    this.#refused.delete(asker);
  }

  async #wait(authRequestId: string, askers: ReadonlySet<string>): Promise<void> {
    const notify = this.#server.server.createElicitationCompletionNotifier(authRequestId);
    const { signal } = this.#session;
    const { status } = await this.#authorization.waitForAuthorization(authRequestId, { signal });
    if (status !== "completed") {
      const untilMs = performance.now() + keptMs;
      for (const asker of askers) this.#refused.set(asker, { refusal: status, untilMs });
    }
    await notify();
  }
}
