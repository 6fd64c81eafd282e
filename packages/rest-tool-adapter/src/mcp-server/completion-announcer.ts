import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { AuthorizationWaiter } from "../call-resumption.js";

/** Tells the client of one MCP session when authorizations end that its user was sent to. */
export class CompletionAnnouncer {
  readonly #server: McpServer;
  readonly #authorization: AuthorizationWaiter;
  readonly #awaited = new Set<string>();
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

  /** Announces once, however often the client has asked meanwhile; returns at once. */
  announceEndOf(authRequestId: string): void {
    if (this.#awaited.has(authRequestId)) return;
    this.#awaited.add(authRequestId);
    this.#wait(authRequestId)
      // A client that is not told calls again by itself.
      .catch(() => {})
      .finally(() => this.#awaited.delete(authRequestId));
  }

  async #wait(authRequestId: string): Promise<void> {
    const notify = this.#server.server.createElicitationCompletionNotifier(authRequestId);
    const { signal } = this.#session;
    const { status } = await this.#authorization.waitForAuthorization(authRequestId, { signal });
    if (status === "completed") await notify();
  }
}
