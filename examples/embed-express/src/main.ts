import {
  AuthorizationCodeFlow,
  createConnectionsPage,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import { createAgentApi, hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { toNodeHandler } from "@rak-oauth/auth-code-flow/node";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { TokenManager } from "@rak-oauth/token-manager";
import cookieParser from "cookie-parser";
import express from "express";

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

const app = express();

app.use("/oauth2", toNodeHandler(flow.handler));
app.use("/connections", toNodeHandler(showConnections));
app.use("/api/v1", toNodeHandler(api.handler));

app.use(cookieParser(sessionSecret));

// In place of your own sign-in.
app.get("/login/:user", (request, response) => {
  const attributes = { signed: true, httpOnly: true, sameSite: "lax" } as const;
  response.cookie("session", request.params.user, attributes).redirect("/");
});

app.get("/connect", async (request, response) => {
  const userId = request.signedCookies["session"] as string | undefined;
  if (!userId) return response.redirect("/");
  const { url } = await flow.start({ provider: "calendar", userId, returnTo: `${origin}/` });
  response.redirect(url);
});

app.get("/", async (request, response) => {
  const userId = request.signedCookies["session"] as string | undefined;
  if (!userId) return response.send('<a href="/login/alice">Sign in as alice</a>');
  response.json(await credentials.listConnections({ userId }));
});

app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`Open ${origin}/login/alice, then ${origin}/connect`);
});
