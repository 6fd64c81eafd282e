import { once } from "node:events";
import { serve } from "@hono/node-server";
import { AuthorizationCodeFlow, confirmByUser } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { slack } from "@rak-oauth/oidc-discovery";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";
import { Hono } from "hono";
import { isFromSlack } from "./is-from-slack.js";

const {
  PORT = "3000",
  PUBLIC_URL = `http://127.0.0.1:${PORT}`,
  SLACK_URL = "https://slack.com",
  SLACK_CLIENT_ID = "",
  SLACK_CLIENT_SECRET = "",
  SLACK_SIGNING_SECRET = "",
  SLACK_BOT_TOKEN = "",
} = process.env;

const atSlack = slack({
  actAs: "user",
  clientId: SLACK_CLIENT_ID,
  clientSecret: SLACK_CLIENT_SECRET,
  redirectUri: `${PUBLIC_URL}/oauth2/callback`,
  scopes: ["search:read"],
});
// The same at a stand-in on this machine.
const config =
  SLACK_URL === "https://slack.com"
    ? atSlack
    : defineOAuth2Config({
        ...atSlack,
        authUrl: `${SLACK_URL}/oauth/v2/authorize`,
        tokenUrl: `${SLACK_URL}/api/oauth.v2.access`,
        userinfoUrl: `${SLACK_URL}/api/auth.test`,
        revocationUrl: `${SLACK_URL}/api/auth.revoke`,
        apiOrigins: [SLACK_URL],
        allowInsecureLoopback: true,
      });

// A database in earnest: restarted, this bot has to ask everybody again.
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`example:${generateKey()}`),
});
const flow = new AuthorizationCodeFlow({
  configs: [config],
  credentials,
  pendingAuthorizations: new MemoryPendingAuthorizationStore(),
  connectUrl: `${PUBLIC_URL}/oauth2/connect`,
  // Slack shows the link to one person alone, and that person confirms it in the browser.
  verifyUser: confirmByUser({ applicationName: "Search bot" }),
});
const search = new RestApiTool({
  name: "search_messages",
  description: "Searches the messages that the user may read.",
  method: "GET",
  url: `${SLACK_URL}/api/search.messages`,
  parameters: {
    type: "object",
    properties: { query: { type: "string" } },
    required: ["query"],
  },
  auth: oauth2({ tokens: new TokenManager({ config, credentials }), authorization: flow }),
});

interface Mention {
  readonly type: string;
  readonly user: string;
  readonly channel: string;
  readonly text: string;
}

/** Searches as whoever asked, and asks them for their account first where that is needed. */
async function answer({ user, channel, text }: Mention): Promise<void> {
  const query = text.replace(/<@\w+>/g, "").trim();
  let result = await search.execute({ query }, { userId: user });
  if (result.pending) {
    const link = `Let me search as you: ${result.auth_url}`;
    await post("chat.postEphemeral", { channel, user, text: link });
    await flow.waitForAuthorization(result.auth_request_id);
    result = await search.execute({ query }, { userId: user });
  }
  const said = result.status === "ok" ? describeMatches(result.data) : "That did not work.";
  await post("chat.postEphemeral", { channel, user, text: said });
}

function describeMatches(data: unknown): string {
  const { messages } = data as { readonly messages: { readonly matches: { text: string }[] } };
  return messages.matches.map(({ text }) => `• ${text}`).join("\n") || "Nothing found.";
}

/** As the bot itself. */
async function post(method: string, body: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${SLACK_URL}/api/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { ok, error } = (await response.json()) as {
    readonly ok: boolean;
    readonly error?: string;
  };
  if (!ok) throw new Error(`Slack refused ${method}: ${error}`);
}

const app = new Hono();

app.all("/oauth2/*", (context) => flow.handler(context.req.raw));

app.post("/slack/events", async (context) => {
  const body = await context.req.text();
  if (!isFromSlack(context.req.raw.headers, body, SLACK_SIGNING_SECRET)) {
    return context.text("not signed by Slack", 401);
  }
  const { type, challenge, event } = JSON.parse(body) as {
    readonly type: string;
    readonly challenge?: string;
    readonly event?: Mention;
  };
  if (type === "url_verification") return context.text(challenge ?? "");
  // Slack wants its answer within three seconds; a person in a browser takes longer.
  if (event?.type === "app_mention") answer(event).catch(console.error);
  return context.body(null, 200);
});

await once(serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" }), "listening");
