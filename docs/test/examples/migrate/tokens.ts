import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

export async function tokenOfAlice(
  config: OAuth2Config,
  credentials: CredentialService,
): Promise<string> {
  const tokens = new TokenManager({ config, credentials });
  return (await tokens.getToken({ userId: "alice" })).secret();
}
