import cookie from "@fastify/cookie";
import {
  AuthorizationCodeFlow,
  createConnectionsPage,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import { createAgentApi, hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { type NodeHandler, toNodeHandler } from "@rak-oauth/auth-code-flow/node";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { TokenManager } from "@rak-oauth/token-manager";
import fastify, { type FastifyRequest } from "fastify";

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

const app = fastify();
await app.register(cookie, { secret: sessionSecret });

app.register((routes, _options, ready) => {
  // The pages read their forms themselves, and the API its JSON.
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const serve = (path: string, handler: NodeHandler) =>
    routes.all(path, async (request, reply) => {
      reply.hijack();
      await handler(request.raw, reply.raw);
    });
  serve("/oauth2/*", toNodeHandler(flow.handler));
  serve("/connections", toNodeHandler(showConnections));
  serve("/api/v1/*", toNodeHandler(api.handler));
  ready();
});

const userOf = ({ cookies }: FastifyRequest) => app.unsignCookie(cookies["session"] ?? "").value;

// In place of your own sign-in.
app.get<{ Params: { user: string } }>("/login/:user", (request, reply) => {
  const attributes = { signed: true, path: "/", httpOnly: true, sameSite: "lax" } as const;
  return reply.setCookie("session", request.params.user, attributes).redirect("/");
});

app.get("/connect", async (request, reply) => {
  const userId = userOf(request);
  if (!userId) return reply.redirect("/");
  const { url } = await flow.start({ provider: "calendar", userId, returnTo: `${origin}/` });
  return reply.redirect(url);
});

app.get("/", async (request, reply) => {
  const userId = userOf(request);
  if (!userId) return reply.type("text/html").send('<a href="/login/alice">Sign in as alice</a>');
  return credentials.listConnections({ userId });
});

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
console.log(`Open ${origin}/login/alice, then ${origin}/connect`);
