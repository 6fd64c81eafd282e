import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { createAgentApi } from "@rak-oauth/auth-code-flow/api";
import type { CredentialService, PendingAuthorizationStore } from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";

declare const sha256OfItsKey: string;
declare const flow: AuthorizationCodeFlow;
declare const credentials: CredentialService;
declare const pendingAuthorizations: PendingAuthorizationStore;
declare const managers: ReadonlyMap<string, TokenManager>;

// shown from here

const api = await createAgentApi({
  apiUrl: "https://agent.example.com/api/v1",
  clients: [{ name: "planner", keys: [sha256OfItsKey] }], // or publicKeys; tenantId binds it to one
  flow,
  credentials,
  pendingAuthorizations,
  managers, // as for the page of connections
});
