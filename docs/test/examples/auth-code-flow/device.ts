import { DeviceAuthorizationFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config, PendingAuthorizationStore } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";

export async function connectByCode(
  config: OAuth2Config,
  credentials: CredentialService,
  pendingAuthorizations: PendingAuthorizationStore,
): Promise<string> {
  const endpoint = new TokenEndpoint({ config });
  const flow = new DeviceAuthorizationFlow({ endpoint, credentials, pendingAuthorizations });
  const started = await flow.start({ provider: config.provider, userId: "alice" });
  process.stderr.write(`For alice alone: open ${started.url} and type ${started.userCode}\n`);
  const { status } = await flow.waitForAuthorization(started.id);
  await flow.close();
  return status;
}
