import {
  CredentialService,
  defineOAuth2Config,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

const keys = parseKeyring(process.env["RAK_OAUTH_KEYS"] ?? "");
const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
const config = defineOAuth2Config({
  provider: "example",
  clientId: "my-agent",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
});
const tokens = new TokenManager({ config, credentials });

// Rejects with a NeedsUserAuthorizationError when alice has to connect first.
const token = await tokens.getToken({ userId: "alice" });
const headers = { authorization: `Bearer ${token.secret()}` };
await fetch("https://api.example.com/calendar", { headers });
