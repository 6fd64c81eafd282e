import type { ConnectionsView, ShownConnection } from "../src/connections-view.js";
import type { FailedPage, RenderedPage } from "../src/index.js";
import { type FlowPage, type PageMessages, renderDefaultPage } from "../src/index.js";
import {
  renderConnections,
  renderConnectionsText,
  renderDisconnectQuestion,
} from "../src/render-connections.js";

const failures: readonly FailedPage["failure"][] = [
  "access_denied",
  "expired",
  "invalid_request",
  "invalid_state",
  "issuer_mismatch",
  "wrong_user",
  "provider_error",
  "server_error",
  "not_found",
  "too_large",
  "too_long",
  "too_many",
  "starting",
];
const subject = { displayName: "Google", applicationName: "Acme agent", userName: "alice" };
const account = { subject: "1", email: "alice@example.com" };
const replacedAccount = { subject: "2", email: "alice.private@example.com" };
const returnTo = "https://app.example/settings";
const action = "https://agent.example/oauth2/confirm?request=id";

/** Every page of the flow, most of them in what they say when little is known, and when much is. */
const flowPages: readonly FlowPage[] = [
  {
    kind: "ask_user",
    ...subject,
    continueUrl: "https://agent.example/oauth2/connect?continue=1",
    action,
    proof: "proof",
  },
  { kind: "confirm_account", ...subject, action, proof: "proof" },
  { kind: "confirm_account", ...subject, account, replacedAccount, action, proof: "proof" },
  { kind: "stopped", displayName: "Google", revoked: true },
  { kind: "stopped", displayName: "Google", revoked: false },
  { kind: "connected", displayName: "Google" },
  { kind: "connected", displayName: "Google", account, replacedAccount, returnTo },
  ...failures.map((failure) => ({ kind: "failed", failure }) as const),
  {
    kind: "failed",
    failure: "provider_error",
    displayName: "Google",
    detail: "Google refused: the application is not allowed to ask for this (invalid_scope).",
    returnTo,
  },
];

const pageUrl = "https://agent.example/connections";
const google: ShownConnection = {
  id: "1",
  provider: "google",
  displayName: "Google",
  account: "alice@example.com",
  isUnconfirmed: false,
  status: "active",
  scopes: ["openid", "email", "https://www.googleapis.com/auth/calendar.events", "x.unknown/scope"],
  connectedAt: new Date("2026-03-01T09:30:00Z"),
  refreshedAt: new Date("2026-03-08T17:05:00Z"),
  reconnectUrl: `${pageUrl}?reconnect=1`,
  disconnectUrl: `${pageUrl}?disconnect=1`,
};

/** A page of connections with all that can stand on it. */
const fullView: ConnectionsView = {
  notice: { kind: "connected", displayName: "Google" },
  connections: [
    google,
    {
      ...google,
      id: "2",
      provider: "github",
      displayName: "GitHub",
      account: "alice-with-a-very-long-name-that-does-not-end@subdomain.of.some-company.example",
      status: "reauthorization_required",
      scopes: ["repo", "read:user"],
    },
    { ...google, id: "3", provider: "zoom", displayName: "Zoom", status: "backoff", scopes: [] },
    {
      ...google,
      id: "4",
      provider: "calendar-of-old",
      displayName: "Übersee-Kalender",
      account: undefined,
      status: "revoked",
      reconnectUrl: undefined,
    },
    {
      ...google,
      id: "5",
      provider: "slack",
      displayName: "Slack",
      account: undefined,
      status: "unreadable",
      scopes: [],
    },
  ],
  providers: [
    {
      provider: "microsoft",
      displayName: "Microsoft 365",
      connectUrl: `${pageUrl}?connect=microsoft`,
    },
    { provider: "acme", displayName: "Acme Tickets", connectUrl: `${pageUrl}?connect=acme` },
  ],
};

/** Every built-in page in one language. */
export function renderEveryPage(messages: PageMessages): readonly RenderedPage[] {
  const { connections: texts } = messages;
  const empty: ConnectionsView = { ...fullView, notice: undefined, connections: [] };
  const expired: ConnectionsView = { ...fullView, notice: { kind: "expired" } };
  return [
    ...flowPages.map((page) => renderDefaultPage(page, messages)),
    renderDefaultPage({ kind: "greeting" }, messages),
    ...[fullView, empty, expired].map((view) => renderConnections(view, messages)),
    renderDisconnectQuestion({ connection: google, pageUrl, proof: "proof" }, messages),
    ...Object.values(texts.disconnected).map((text) =>
      renderConnectionsText(text({ displayName: "Google" }), {
        messages,
        tone: "connected",
        pageUrl,
      }),
    ),
    renderConnectionsText(texts.signedOut, { messages, tone: "declined" }),
    renderConnectionsText(texts.failed, { messages, tone: "failed", pageUrl }),
  ];
}
