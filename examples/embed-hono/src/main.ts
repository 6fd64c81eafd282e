import { serve } from "@hono/node-server";
import {
  AuthorizationCodeFlow,
  createConnectionsPage,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import { createAgentApi, hashApiKey } from "@rak-oauth/auth-code-flow/api";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { TokenManager } from "@rak-oauth/token-manager";
import { Hono } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";

const { PORT = "3000", ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
// Without one of yours, a key that nobody has.
const { AGENT_KEY_SHA256 = hashApiKey(generateKey()) } = process.env;
const origin = `http://127.0.0.1:${PORT}`;
const sessionSecret = generateKey();

const calendar = await discover(ISSUER, {
  provider: "calendar",
  displayName: "Calendar",
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: `${origin}/oauth2/callback`,
  scopes: ["openid", "email", "offline_access"],
  allowInsecureLoopback: true,
});
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`example:${generateKey()}`),
});
const pendingAuthorizations = new MemoryPendingAuthorizationStore();
const managers = new Map([["calendar", new TokenManager({ config: calendar, credentials })]]);
const session = verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] });
const flow = new AuthorizationCodeFlow({
  configs: [calendar],
  credentials,
  pendingAuthorizations,
  connectUrl: `${origin}/oauth2/connect`,
  returnToOrigins: [origin],
  verifyUser: session,
});
const showConnections = createConnectionsPage({
  pageUrl: `${origin}/connections`,
  identifyUser: session.identifyUser,
  credentials,
  managers,
  flow,
});
const api = await createAgentApi({
  apiUrl: `${origin}/api/v1`,
  clients: [{ name: "agent", keys: [AGENT_KEY_SHA256] }],
  flow,
  credentials,
  pendingAuthorizations,
  managers,
});

const app = new Hono();

app.all("/oauth2/*", (context) => flow.handler(context.req.raw));
app.all("/connections", (context) => showConnections(context.req.raw));
app.all("/api/v1/*", (context) => api.handler(context.req.raw));

// In place of your own sign-in.
app.get("/login/:user", async (context) => {
  const attributes = { path: "/", httpOnly: true, sameSite: "Lax" } as const;
  await setSignedCookie(context, "session", context.req.param("user"), sessionSecret, attributes);
  return context.redirect("/");
});

app.get("/connect", async (context) => {
  const userId = await getSignedCookie(context, sessionSecret, "session");
  if (!userId) return context.redirect("/");
  const { url } = await flow.start({ provider: "calendar", userId, returnTo: `${origin}/` });
  return context.redirect(url);
});

app.get("/", async (context) => {
  const userId = await getSignedCookie(context, sessionSecret, "session");
  if (!userId) return context.html('<a href="/login/alice">Sign in as alice</a>');
  return context.json(await credentials.listConnections({ userId }));
});

serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" }, () => {
  console.log(`Open ${origin}/login/alice, then ${origin}/connect`);
});
