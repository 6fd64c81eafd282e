import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

/** The application itself: `config.flow` is "client_credentials". */
export async function tokenOfApplication(
  config: OAuth2Config,
  credentials: CredentialService,
): Promise<string> {
  const tokens = new TokenManager({ config, credentials });
  return (await tokens.getToken({ scopes: ["report.write"] })).secret();
}

/** A user's token of yours for one of another service: `config.flow` is "token_exchange". */
export function openExchange(
  config: OAuth2Config,
  credentials: CredentialService,
  tokenOf: (userId: string | undefined) => Promise<string>,
): TokenManager {
  const tokenType = "urn:ietf:params:oauth:token-type:access_token";
  return new TokenManager({
    config,
    credentials,
    subjectToken: async ({ key }) => ({ token: await tokenOf(key.userId), tokenType }),
  });
}
