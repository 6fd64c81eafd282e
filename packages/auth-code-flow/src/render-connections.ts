import { connectionsStyle } from "./connections-style.js";
import type {
  ConnectionsNotice,
  ConnectionsView,
  DisconnectQuestion,
  ShownConnection,
  ShownProvider,
} from "./connections-view.js";
import { escapeHtml } from "./escape-html.js";
import type { RenderedPage } from "./flow-page.js";
import { drawNext, drawPage, drawSentences, type PageTone } from "./page-layout.js";
import type { ConnectionsMessages, PageMessages, PageText } from "./page-messages.js";
import { drawProviderMark } from "./provider-mark.js";
import { isolate } from "./safe-html.js";
import { meaningOf } from "./scope-meanings.js";

/** Renders the page of a user's connections. */
export function renderConnections(view: ConnectionsView, messages: PageMessages): RenderedPage {
  const { connections, providers, notice } = view;
  const texts = messages.connections;
  const introduction = connections.length > 0 ? texts.introduction : texts.noConnection;
  const items = connections.map((connection) => drawConnection(connection, messages));
  return drawPage({
    messages,
    title: texts.title,
    style: connectionsStyle,
    body: `${notice === undefined ? "" : drawNotice(notice, texts)}
<p>${introduction.safeHtml}</p>
${items.length === 0 ? "" : `<ul class="connections">\n${items.join("\n")}\n</ul>`}
${providers.length === 0 ? "" : drawProviders(providers, texts)}`,
  });
}

function drawNotice(notice: ConnectionsNotice, texts: ConnectionsMessages): string {
  const text =
    notice.kind === "connected" ? texts.hasConnected(notice.displayName) : texts.hasExpired;
  return `<p class="notice" role="status">${text.safeHtml}</p>`;
}

function drawConnection(connection: ShownConnection, messages: PageMessages): string {
  const { provider, displayName, account, status, reconnectUrl, disconnectUrl } = connection;
  const texts = messages.connections;
  const { label, meaning } = texts.states[status];
  const shown =
    account !== undefined && connection.isUnconfirmed
      ? messages.flow.unconfirmedAddress(account)
      : account;
  const isPressing = status === "reauthorization_required" || status === "unreadable";
  // Which account a button is for, to those who hear one button after the other.
  const subject = [displayName, account].filter((part) => part !== undefined).join(", ");
  return `<li>
<div class="who">${drawProviderMark(provider, displayName)}
<div><h2>${isolate(displayName)}</h2>
${shown === undefined ? "" : `<p>${isolate(shown)}</p>`}</div>
<span class="state ${status}">${escapeHtml(label)}</span></div>
${meaning === undefined ? "" : `<p class="meaning">${meaning.safeHtml}</p>`}
<dl class="terms">
${drawScopes(connection, messages)}
${drawTime(texts.connectedAt, connection.connectedAt, texts)}
${drawTime(texts.refreshedAt, connection.refreshedAt, texts)}
</dl>
<p class="actions">
${reconnectUrl === undefined ? "" : drawAction(texts.reconnect, subject, reconnectUrl, isPressing)}
${drawAction(texts.disconnect, subject, disconnectUrl, false)}
</p>
</li>`;
}

function drawScopes({ provider, scopes }: ShownConnection, messages: PageMessages): string {
  if (scopes.length === 0) return "";
  // Several scopes may allow the same.
  const allowed = new Set(
    scopes.map((scope) => {
      const meaning = meaningOf(provider, scope);
      return meaning === undefined
        ? `<code>${isolate(scope)}</code>`
        : escapeHtml(messages.scopes[meaning]);
    }),
  );
  const items = [...allowed].map((item) => `<li>${item}</li>`);
  return `<dt>${escapeHtml(messages.connections.mayDo)}</dt><dd><ul>${items.join("")}</ul></dd>`;
}

function drawTime(name: string, time: Date, { formatTime }: ConnectionsMessages): string {
  return `<dt>${escapeHtml(name)}</dt><dd><time datetime="${time.toISOString()}">${escapeHtml(formatTime(time))}</time></dd>`;
}

function drawAction(label: string, subject: string, url: string, isPrimary: boolean): string {
  return `<a class="button${isPrimary ? " primary" : ""}" href="${escapeHtml(url)}" aria-label="${escapeHtml(`${label}: ${subject}`)}">${escapeHtml(label)}</a>`;
}

function drawProviders(providers: readonly ShownProvider[], texts: ConnectionsMessages): string {
  const items = providers.map(
    ({ provider, displayName, connectUrl }) =>
      `<li><a href="${escapeHtml(connectUrl)}">${drawProviderMark(provider, displayName)}<span>${escapeHtml(texts.connect(displayName))}</span></a></li>`,
  );
  return `<h2>${escapeHtml(texts.connectMore)}</h2>
<ul class="more">
${items.join("\n")}
</ul>`;
}

/** Renders the question before an account is disconnected. */
export function renderDisconnectQuestion(
  { connection, pageUrl, proof }: DisconnectQuestion,
  messages: PageMessages,
): RenderedPage {
  const text = messages.connections.askToDisconnect(connection);
  const address = escapeHtml(pageUrl);
  return drawPage({
    messages,
    title: text.title,
    tone: "question",
    body: `${drawSentences(text)}
<form class="decision" method="post" action="${address}">
<input type="hidden" name="proof" value="${escapeHtml(proof)}">
<button class="button primary" name="disconnect" value="${escapeHtml(connection.id)}">${escapeHtml(text.disconnect)}</button>
<a class="button" href="${address}">${escapeHtml(text.keep)}</a>
</form>
${drawNext(text)}`,
  });
}

/** Renders a page that only says something, with a way back to the connections where there is one. */
export function renderConnectionsText(
  text: PageText,
  { messages, tone, pageUrl }: ConnectionsTextOptions,
): RenderedPage {
  const back = pageUrl && {
    address: escapeHtml(pageUrl),
    label: escapeHtml(messages.connections.back),
  };
  return drawPage({
    messages,
    title: text.title,
    tone,
    body: `${drawSentences(text)}
${drawNext(text)}
${back ? `<p><a class="button" href="${back.address}">${back.label}</a></p>` : ""}`,
  });
}

interface ConnectionsTextOptions {
  readonly messages: PageMessages;
  readonly tone: PageTone;
  readonly pageUrl?: string | undefined;
}
