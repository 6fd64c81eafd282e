import { once } from "node:events";
import { serve } from "@hono/node-server";
import {
  AuthorizationCodeFlow,
  type AuthorizationOutcome,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  MemorySuspendedCallStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import {
  CallResumption,
  oauth2,
  type PendingAuthorizationResult,
  RestApiTool,
} from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";
import { Hono } from "hono";
import { setSignedCookie } from "hono/cookie";

const {
  PORT = "3000",
  ISSUER = "",
  CLIENT_ID = "",
  CLIENT_SECRET = "",
  API_URL = "",
} = process.env;
const origin = `http://127.0.0.1:${PORT}`;
const sessionSecret = generateKey();

const config = await discover(ISSUER, {
  provider: "calendar",
  displayName: "Calendar",
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: `${origin}/oauth2/callback`,
  scopes: ["openid", "email", "offline_access"],
  apiOrigins: [API_URL],
  allowInsecureLoopback: true,
});
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`example:${generateKey()}`),
});
/** Sends users to the provider, and knows when they are done. */
export const flow = new AuthorizationCodeFlow({
  configs: [config],
  credentials,
  pendingAuthorizations: new MemoryPendingAuthorizationStore(),
  connectUrl: `${origin}/oauth2/connect`,
  verifyUser: verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
});

/** Lists the events of the user it is called for. */
export const listEvents = new RestApiTool({
  name: "list_events",
  description: "Lists today's events in the user's calendar.",
  method: "GET",
  url: `${API_URL}/events`,
  auth: oauth2({
    tokens: new TokenManager({ config, credentials }),
    authorization: flow,
  }),
});

/** The same tool, with calls that are kept while their user authorizes, and made afterwards. */
export const resumption = new CallResumption({
  store: new MemorySuspendedCallStore(),
  credentials,
  authorization: flow,
  tools: [listEvents],
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

/** Shows a user the link. */
export function showLink(
  userId: string,
  pending: Pick<PendingAuthorizationResult, "auth_url">,
): void {
  console.log(`Sign in: ${origin}/login/${userId}  Then open: ${pending.auth_url}`);
}

/** Shows a user the link, and waits until they are done. */
export function askUser(
  userId: string,
  pending: Pick<PendingAuthorizationResult, "auth_url" | "auth_request_id">,
): Promise<AuthorizationOutcome> {
  showLink(userId, pending);
  return flow.waitForAuthorization(pending.auth_request_id);
}
