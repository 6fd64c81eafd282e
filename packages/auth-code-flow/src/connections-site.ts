import { AuthorizationError, type Connection, credentialId } from "@rak-oauth/core";
import { type ConnectionsAction, readConnectionsAction } from "./connections-action.js";
import type { ConnectionsPageOptions } from "./connections-page.js";
import type { ConnectionsNotice, ShownConnection } from "./connections-view.js";
import { isUnconfirmed, nameOfAccount } from "./describe-account.js";
import { disconnectConnection } from "./disconnect-connection.js";
import { endOfAccess } from "./end-of-access.js";
import type { RenderedPage } from "./flow-page.js";
import type { SessionUser } from "./is-user.js";
import type { PageMessages } from "./page-messages.js";
import { PageProofs } from "./page-proofs.js";
import { createHtmlResponse, safeHeaders } from "./page-response.js";
import {
  renderConnections,
  renderConnectionsText,
  renderDisconnectQuestion,
} from "./render-connections.js";
import { reportFailure } from "./report-failure.js";

/** Who asks, and in which language they are answered. */
interface Visitor {
  readonly user: SessionUser;
  readonly messages: PageMessages;
}

/** What the page of connections answers to whom. */
export class ConnectionsSite {
  readonly #options: ConnectionsPageOptions;
  readonly #origin: string;
  readonly #proofs: PageProofs;

  constructor(options: ConnectionsPageOptions) {
    const { credentials, pageUrl } = options;
    this.#options = options;
    this.#origin = new URL(pageUrl).origin;
    this.#proofs = new PageProofs(credentials.sealer, credentials.clock);
  }

  /** An answer without a page. */
  empty(status: 200 | 405): Response {
    const headers = { ...safeHeaders, ...(status === 405 && { allow: "GET, HEAD, POST" }) };
    return new Response(null, { status, headers });
  }

  showSignedOut(messages: PageMessages): Response {
    const rendered = renderConnectionsText(messages.connections.signedOut, {
      messages,
      tone: "declined",
    });
    return respond(rendered, 403);
  }

  showFailed(messages: PageMessages, status: 403 | 500): Response {
    const { pageUrl } = this.#options;
    const rendered = renderConnectionsText(messages.connections.failed, {
      messages,
      tone: "failed",
      pageUrl,
    });
    return respond(rendered, status);
  }

  /** Answers a user; a request that another site made only shows them the page. */
  async answer(request: Request, user: SessionUser, messages: PageMessages): Promise<Response> {
    const visitor = { user, messages };
    const [origin, proofs] = [this.#origin, this.#proofs];
    let action: ConnectionsAction;
    try {
      action = await readConnectionsAction(request, { user, origin, proofs });
    } catch (error) {
      if (!(error instanceof AuthorizationError)) throw error;
      reportFailure(this.#options.onFailure, error, "createConnectionsPage");
      return this.#show(visitor, { kind: "expired" });
    }
    if (action.kind === "show") {
      return this.#show(visitor, await this.#noticeOf(action.connected, user));
    }
    if (action.kind === "connect") {
      const { provider } = action;
      return this.#connect(visitor, { key: { ...user, provider }, scopes: undefined });
    }
    const connection = await this.#find(action.id, user);
    if (connection === undefined) return this.#show(visitor);
    switch (action.kind) {
      case "reconnect":
        return this.#connect(visitor, connection);
      case "ask_to_disconnect":
        return this.#askToDisconnect(visitor, connection);
      case "disconnect":
        return this.#disconnect(visitor, connection);
    }
  }

  async #show({ user, messages }: Visitor, notice?: ConnectionsNotice): Promise<Response> {
    const { managers } = this.#options;
    const [connections, proof] = await Promise.all([
      this.#connectionsOf(user),
      this.#proofs.create(user),
    ]);
    const providers = [...managers.values()].flatMap(({ config: { provider, displayName } }) =>
      connections.some(({ key }) => key.provider === provider)
        ? []
        : [{ provider, displayName, connectUrl: this.#urlOf({ connect: provider, proof }) }],
    );
    const view = {
      connections: connections.map((connection) => this.#toShown(connection, proof)),
      providers,
      notice,
    };
    return respond(renderConnections(view, messages), notice?.kind === "expired" ? 403 : 200);
  }

  /** Anybody can link to this page, so what a link says is shown only where it is true. */
  async #noticeOf(
    provider: string | undefined,
    user: SessionUser,
  ): Promise<ConnectionsNotice | undefined> {
    if (provider === undefined) return undefined;
    const isConnected = (await this.#connectionsOf(user)).some(
      ({ key, status }) => key.provider === provider && status === "active",
    );
    return isConnected ? { kind: "connected", displayName: this.#nameOf(provider) } : undefined;
  }

  async #connect(
    visitor: Visitor,
    {
      key,
      scopes,
    }: Pick<Connection, "key"> & { readonly scopes: Connection["scopes"] | undefined },
  ): Promise<Response> {
    const { flow, managers } = this.#options;
    const { provider, account } = key;
    if (!managers.has(provider)) return this.#show(visitor);
    const { tenantId, userId } = visitor.user;
    const returnTo = this.#urlOf({ connected: provider });
    // What was granted beyond the configuration is asked for again, so that it is not lost.
    const { url } = await flow.start({ provider, tenantId, userId, account, scopes, returnTo });
    return new Response(null, { status: 303, headers: { ...safeHeaders, location: url } });
  }

  async #askToDisconnect({ user, messages }: Visitor, found: Connection): Promise<Response> {
    const { pageUrl } = this.#options;
    const proof = await this.#proofs.create(user);
    const connection = this.#toShown(found, proof);
    return respond(renderDisconnectQuestion({ connection, pageUrl, proof }, messages), 200, true);
  }

  async #disconnect({ messages }: Visitor, { key }: Connection): Promise<Response> {
    const { credentials, managers, onDisconnect, pageUrl } = this.#options;
    const result = await disconnectConnection(key, { credentials, managers });
    onDisconnect?.(key, result);
    const end = endOfAccess(result);
    const text = messages.connections.disconnected[end]({
      displayName: this.#nameOf(key.provider),
    });
    const tone = end === "revoked" || end === "expiring" ? "connected" : "declined";
    const rendered = renderConnectionsText(text, { messages, tone, pageUrl });
    return respond(rendered, 200);
  }

  #connectionsOf({ tenantId, userId }: SessionUser): Promise<readonly Connection[]> {
    return this.#options.credentials.listConnections({ tenantId, userId });
  }

  /** Among the user's own: nobody else's connection is ever looked at. */
  async #find(id: string, user: SessionUser): Promise<Connection | undefined> {
    return (await this.#connectionsOf(user)).find(({ key }) => credentialId(key) === id);
  }

  #toShown(connection: Connection, proof: string): ShownConnection {
    const { key, account, status, scopes, connectedAt, refreshedAt } = connection;
    const id = credentialId(key);
    const isConfigured = this.#options.managers.has(key.provider);
    return {
      id,
      provider: key.provider,
      displayName: this.#nameOf(key.provider),
      account: (account && nameOfAccount(account)) ?? key.account,
      isUnconfirmed: account !== undefined && isUnconfirmed(account),
      status,
      scopes,
      connectedAt,
      refreshedAt,
      reconnectUrl: isConfigured ? this.#urlOf({ reconnect: id, proof }) : undefined,
      disconnectUrl: this.#urlOf({ disconnect: id }),
    };
  }

  #nameOf(provider: string): string {
    return this.#options.managers.get(provider)?.config.displayName ?? provider;
  }

  #urlOf(parameters: Readonly<Record<string, string>>): string {
    return `${this.#options.pageUrl}?${new URLSearchParams(parameters)}`;
  }
}

function respond(rendered: RenderedPage, status: number, hasForm = false): Response {
  return createHtmlResponse(rendered, { status, hasForm });
}
