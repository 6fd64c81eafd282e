import { AuthorizationCodeFlow, verifySessionCookie } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config, PendingAuthorizationStore } from "@rak-oauth/core";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";

declare const config: OAuth2Config;
declare const credentials: CredentialService;
declare const pendingAuthorizations: PendingAuthorizationStore;
declare const connectUrl: string;
declare const secrets: readonly string[];

// shown from here

const tokens = new TokenManager({ config, credentials });
const flow = new AuthorizationCodeFlow({
  configs: [config],
  credentials,
  pendingAuthorizations,
  connectUrl,
  verifyUser: verifySessionCookie({ cookieName: "session", secrets }),
});
const listEvents = new RestApiTool({
  name: "list_events",
  description: "List today's calendar events of the user.",
  method: "GET",
  url: "https://calendar.example.com/events",
  auth: oauth2({ tokens, authorization: flow }),
});

await listEvents.execute({}, { userId: "alice" });
// { status: "ok", … } or { pending: true, auth_url: "https://…", … }
