import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  type OAuth2Config,
  parseKeyring,
} from "@rak-oauth/core";
import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";
import { TokenEndpoint, TokenManager } from "@rak-oauth/token-manager";

export async function start(config: OAuth2Config, url: string): Promise<unknown> {
  // A restart forgets what is kept here: take a database for more than a trial.
  const keys = parseKeyring(`trial:${generateKey()}`);
  const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });

  // alice signs in, once, at the address that this prints.
  await authorizeWithLoopback({
    endpoint: new TokenEndpoint({ config }),
    credentials,
    subject: { userId: "alice" },
    openBrowser: false,
  });

  // From now on this fetch acts as alice, and her token is kept fresh.
  const tokens = new TokenManager({ config, credentials });
  const fetchAsAlice = createAuthorizedFetch(tokens.forUser("alice"), {
    origins: config.apiOrigins,
    allowInsecureLoopback: config.allowInsecureLoopback,
  });
  const answer = await fetchAsAlice(url);
  return answer.json();
}
