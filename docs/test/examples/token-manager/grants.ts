import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { authorizeDevice, TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";

/** The application itself: `config.flow` is "client_credentials". */
export async function tokenOfApplication(
  config: OAuth2Config,
  credentials: CredentialService,
): Promise<string> {
  const tokens = new TokenManager({ config, credentials });
  return (await tokens.getToken({ scopes: ["report.write"] })).secret();
}

/** A user who has a browser elsewhere; afterwards a `TokenManager` of the same `config` serves them. */
export async function connectByCode(
  config: OAuth2Config,
  credentials: CredentialService,
): Promise<void> {
  await authorizeDevice({
    endpoint: new TokenEndpoint({ config }),
    credentials,
    subject: { userId: "alice" },
    onUserCode({ userCode, verificationUri }) {
      process.stderr.write(`Open ${verificationUri} and type ${userCode}\n`);
    },
  });
}

/** A user's token of your own for one of another service: `config.flow` is "token_exchange". */
export function openExchange(
  config: OAuth2Config,
  credentials: CredentialService,
  tokenOf: (userId: string | undefined) => Promise<string>,
): TokenManager {
  return new TokenManager({
    config,
    credentials,
    subjectToken: async ({ key }) => ({
      token: await tokenOf(key.userId),
      tokenType: "urn:ietf:params:oauth:token-type:access_token",
    }),
  });
}
