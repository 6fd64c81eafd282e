import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  createConnectionsPage,
  verifySessionCookie,
} from "@rak-oauth/auth-code-flow";
import type { CredentialService } from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";

declare const secrets: readonly string[];
declare const options: AuthorizationCodeFlowOptions;
declare const credentials: CredentialService;
declare const managers: ReadonlyMap<string, TokenManager>;

// shown from here

const session = verifySessionCookie({ cookieName: "session", secrets });
const flow = new AuthorizationCodeFlow({
  ...options,
  verifyUser: session,
  returnToOrigins: ["https://agent.example.com"], // whoever connects comes back to the page
});
const showConnections = createConnectionsPage({
  pageUrl: "https://agent.example.com/connections",
  identifyUser: session.identifyUser, // of verifyJwt too; or (request) => ({ userId, tenantId? })
  credentials,
  managers, // a TokenManager for each provider, by provider
  flow,
});
