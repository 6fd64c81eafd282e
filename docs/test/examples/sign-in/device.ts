import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { authorizeDevice, TokenEndpoint } from "@rak-oauth/token-manager";

export async function signInByCode(
  config: OAuth2Config,
  credentials: CredentialService,
  signal: AbortSignal,
): Promise<void> {
  await authorizeDevice({
    endpoint: new TokenEndpoint({ config }),
    credentials,
    subject: { userId: "me" },
    signal,
    onUserCode({ userCode, verificationUri }) {
      process.stderr.write(`Open ${verificationUri} anywhere, and type ${userCode}\n`);
    },
  });
}
