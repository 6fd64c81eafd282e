import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";

/** `config` is a native, public client with the redirect URI `http://127.0.0.1/callback`. */
export async function signInHere(
  config: OAuth2Config,
  credentials: CredentialService,
  show: (url: string) => void,
): Promise<string | undefined> {
  const { account } = await authorizeWithLoopback({
    endpoint: new TokenEndpoint({ config }),
    credentials,
    subject: { userId: "me" },
    openBrowser: process.stdout.isTTY,
    onUrl: show,
    timeoutMs: 120_000,
  });
  return account?.email ?? account?.subject;
}
