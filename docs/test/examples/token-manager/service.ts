import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

export function openTokens(
  config: OAuth2Config,
  credentials: CredentialService,
  log: (line: string) => void,
): TokenManager {
  const tokens = new TokenManager({
    config,
    credentials,
    waitTimeoutMs: 10_000,
    onEvent: (event) => log(JSON.stringify(event)), // identifiers of users, and no token
  });
  tokens.startSweeping();
  return tokens;
}

export async function disconnectAlice(tokens: TokenManager): Promise<string> {
  const { disconnected, refreshToken } = await tokens.disconnect({ userId: "alice" });
  if (!disconnected) return "There was nothing to disconnect.";
  if (refreshToken === "revoked") return "The provider has ended the access.";
  return "Forgotten here. Please end the access at the provider too.";
}
