import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import type { AuthorizationWaiter } from "../call-resumption.js";

/** Why a user who was sent to a link did not authorize. */
export type Refusal = Exclude<AuthorizationOutcome["status"], "completed">;

interface Awaited {
  /** How many calls were answered with the link. */
  calls: number;
}

/** Tells the client of one MCP session when authorizations end that its user was sent to. */
export class CompletionAnnouncer {
  readonly #server: McpServer;
  readonly #authorization: AuthorizationWaiter;
  readonly #awaited = new Map<string, Awaited>();
  readonly #refused = new Map<string, Awaited & { readonly refusal: Refusal }>();
  readonly #session = new AbortController();

  constructor(server: McpServer, authorization: AuthorizationWaiter) {
    this.#server = server;
    this.#authorization = authorization;
    const { onclose } = server.server;
    server.server.onclose = () => {
      this.#session.abort();
      onclose?.();
    };
  }

  /**
   * Announces once, however often the client has asked meanwhile; returns at once. `asker` names who
   * authorizes what: a refusal is kept under it for the calls that had the link.
   */
  announceEndOf(authRequestId: string, asker: string): void {
    const awaited = this.#awaited.get(authRequestId);
    if (awaited !== undefined) {
      awaited.calls += 1;
      return;
    }
    this.#awaited.set(authRequestId, { calls: 1 });
    this.#wait(authRequestId, asker)
      // A client that is not told calls again by itself.
      .catch(() => {})
      .finally(() => this.#awaited.delete(authRequestId));
  }

  /** Why the authorization did not come about that a call was waiting for, which calls again now. */
  takeRefusal(asker: string): Refusal | undefined {
    const refused = this.#refused.get(asker);
    if (refused === undefined) return undefined;
    refused.calls -= 1;
    if (refused.calls === 0) this.#refused.delete(asker);
    return refused.refusal;
  }

  async #wait(authRequestId: string, asker: string): Promise<void> {
    const notify = this.#server.server.createElicitationCompletionNotifier(authRequestId);
    const { signal } = this.#session;
    const { status } = await this.#authorization.waitForAuthorization(authRequestId, { signal });
    const { calls = 1 } = this.#awaited.get(authRequestId) ?? {};
    if (status !== "completed") this.#refused.set(asker, { refusal: status, calls });
    await notify();
  }
}
