import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { AuthorizationCodeFlow, verifySessionCookie } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  isOAuth2Error,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";
import { Hono } from "hono";
import { setSignedCookie } from "hono/cookie";

const {
  PORT = "3000",
  ISSUER = "",
  API_URL = "",
  CLIENT_ID = "",
  CLIENT_KEY_FILE,
  CLIENT_SECRET,
} = process.env;
const origin = `http://127.0.0.1:${PORT}`;
const userId = "alice";

try {
  const config = await discover(ISSUER, {
    provider: "bank",
    displayName: "Example Bank",
    clientId: CLIENT_ID,
    clientPrivateKey: CLIENT_KEY_FILE && (await readFile(CLIENT_KEY_FILE, "utf8")),
    clientSecret: CLIENT_SECRET,
    // Whatever is weaker, of the bank or of what is set here, is refused before anybody is asked.
    profile: "fapi2",
    redirectUri: `${origin}/oauth2/callback`,
    scopes: ["openid", "offline_access", "accounts"],
    apiOrigins: [API_URL],
    allowInsecureLoopback: true,
  });
  const credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`example:${generateKey()}`),
  });
  const sessionSecret = generateKey();
  const flow = new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${origin}/oauth2/connect`,
    verifyUser: verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
    onFailure: ({ error }) => console.error(String(error)),
  });

  const app = new Hono();
  app.all("/oauth2/*", (context) => flow.handler(context.req.raw));
  // In place of your own sign-in.
  app.get("/login/:user", async (context) => {
    const attributes = { path: "/", httpOnly: true, sameSite: "Lax" } as const;
    await setSignedCookie(context, "session", context.req.param("user"), sessionSecret, attributes);
    return context.text("Signed in.");
  });
  const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" });
  await once(server, "listening");

  const tokens = new TokenManager({ config, credentials });
  const listAccounts = new RestApiTool({
    name: "list_accounts",
    description: "Lists the user's bank accounts with their balances.",
    method: "GET",
    url: `${API_URL}/accounts`,
    auth: oauth2({ tokens, authorization: flow }),
  });
  const readAccounts = async (): Promise<string> => {
    const result = await listAccounts.execute({}, { userId });
    if (result.status === "ok") return JSON.stringify(result.data);
    if (!result.pending) throw new Error(result.message);
    console.log(`Sign in: ${origin}/login/${userId}  Then open: ${result.auth_url}`);
    const { status } = await flow.waitForAuthorization(result.auth_request_id);
    if (status !== "completed") throw new Error(`The authorization ended: ${status}.`);
    return readAccounts();
  };

  console.log(`The bank says: ${await readAccounts()}`);
  // This happens by itself when a token is about to expire. The new one is bound to the same key.
  await tokens.getToken({ userId, forceRefresh: await tokens.getToken({ userId }) });
  console.log(`And with another token: ${await readAccounts()}`);
} catch (error) {
  if (!isOAuth2Error(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

// The server runs in this process, and would keep it.
process.exit();
