import {
  CredentialService,
  defineOAuth2Config,
  MemoryCredentialStore,
  NeedsUserAuthorizationError,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

const config = defineOAuth2Config({
  provider: "example",
  clientId: "my-agent",
  clientSecret: process.env["CLIENT_SECRET"],
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
});
const keys = parseKeyring(process.env["RAK_OAUTH_KEYS"] ?? "");
const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
const tokens = new TokenManager({ config, credentials });

export async function readCalendar(userId: string): Promise<Response | "connect first"> {
  try {
    const token = await tokens.getToken({ userId });
    const headers = { authorization: `Bearer ${token.secret()}` };
    return await fetch("https://api.example.com/calendar", { headers });
  } catch (error) {
    if (error instanceof NeedsUserAuthorizationError) return "connect first";
    throw error;
  }
}
