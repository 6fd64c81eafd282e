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
import { sessionSecret } from "./session.ts";

const { PORT = "3000", ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
// Without one of yours, a key that nobody has.
const { AGENT_KEY_SHA256 = hashApiKey(generateKey()) } = process.env;
export const origin = `http://127.0.0.1:${PORT}`;

const calendar = await discover(ISSUER, {
  provider: "calendar",
  displayName: "Calendar",
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: `${origin}/oauth2/callback`,
  scopes: ["openid", "email", "offline_access"],
  allowInsecureLoopback: true,
});
export const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`example:${generateKey()}`),
});
const pendingAuthorizations = new MemoryPendingAuthorizationStore();
const managers = new Map([["calendar", new TokenManager({ config: calendar, credentials })]]);
const session = verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] });
export const flow = new AuthorizationCodeFlow({
  configs: [calendar],
  credentials,
  pendingAuthorizations,
  connectUrl: `${origin}/oauth2/connect`,
  returnToOrigins: [origin],
  verifyUser: session,
});
export const showConnections = createConnectionsPage({
  pageUrl: `${origin}/connections`,
  identifyUser: session.identifyUser,
  credentials,
  managers,
  flow,
});
export const api = await createAgentApi({
  apiUrl: `${origin}/api/v1`,
  clients: [{ name: "agent", keys: [AGENT_KEY_SHA256] }],
  flow,
  credentials,
  pendingAuthorizations,
  managers,
});
