import { DeviceAuthorizationFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config, PendingAuthorizationStore } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";

declare const config: OAuth2Config;
declare const credentials: CredentialService;
declare const pendingAuthorizations: PendingAuthorizationStore;

// shown from here

const flow = new DeviceAuthorizationFlow({
  endpoint: new TokenEndpoint({ config }), // with deviceAuthorizationUrl
  credentials,
  pendingAuthorizations,
});
const { id, url, userCode } = await flow.start({ provider: "example", userId: "alice" });
