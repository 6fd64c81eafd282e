import { once } from "node:events";
import { serve } from "@hono/node-server";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AuthorizationCodeFlow, verifySessionCookie } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discoverMcpServer } from "@rak-oauth/oidc-discovery";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { McpOAuthProvider } from "@rak-oauth/rest-tool-adapter/mcp-client";
import { TokenManager } from "@rak-oauth/token-manager";
import { Hono } from "hono";
import { setSignedCookie } from "hono/cookie";
import { serveNotes } from "./notes-server.js";

const { PORT = "3000" } = process.env;
const origin = `http://127.0.0.1:${PORT}`;
const sessionSecret = generateKey();
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`example:${generateKey()}`),
});

// In place of somebody's MCP server.
const url = await serveNotes();

const config = await discoverMcpServer(url, {
  redirectUri: `${origin}/oauth2/callback`,
  clientName: "Example agent",
  credentials,
  allowInsecureLoopback: true,
});
const flow = new AuthorizationCodeFlow({
  configs: [config],
  credentials,
  pendingAuthorizations: new MemoryPendingAuthorizationStore(),
  connectUrl: `${origin}/oauth2/connect`,
  verifyUser: verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
});

const app = new Hono();
app.all("/oauth2/*", (context) => flow.handler(context.req.raw));
// In place of your own sign-in.
app.get("/login/:user", async (context) => {
  const attributes = { path: "/", httpOnly: true, sameSite: "Lax" } as const;
  await setSignedCookie(context, "session", context.req.param("user"), sessionSecret, attributes);
  return context.text("Signed in.");
});
await once(serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" }), "listening");

let asked: PendingAuthorizationResult | undefined;
const authProvider = new McpOAuthProvider({
  url,
  tokens: new TokenManager({ config, credentials }),
  authorization: flow,
  user: { userId: "alice" },
  onPending: (pending) => {
    asked = pending;
  },
});

async function connect(): Promise<Client> {
  const client = new Client({ name: "agent", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(url, {
    authProvider,
    fetch: authProvider.fetch,
  });
  try {
    // The SDK's types do not allow for exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<Client["connect"]>[0]);
    return client;
  } catch (error) {
    if (!(error instanceof UnauthorizedError) || asked === undefined) throw error;
    console.log(`Sign in: ${origin}/login/alice  Then open: ${asked.auth_url}`);
    const { status } = await flow.waitForAuthorization(asked.auth_request_id);
    if (status !== "completed") throw new Error(`The authorization ended: ${status}.`);
    return connect();
  }
}

const client = await connect();
const { content } = await client.callTool({ name: "read_notes" });
console.log(`The notes say: ${JSON.stringify(content)}`);
await client.close();

// The servers and the provider run in this process, and would keep it.
process.exit();
