import { AccessToken, type CredentialService, type OAuth2Config, Secret } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

/** Takes alice's refresh token over from whatever used it so far, and calls an API as her. */
export async function callAsAlice(
  config: OAuth2Config,
  credentials: CredentialService,
  refreshToken: string,
  url: string,
): Promise<unknown> {
  const tokens = new TokenManager({ config, credentials });
  // Expired: the first caller refreshes it, in whatever process, and all others wait for that one.
  const accessToken = new AccessToken("none yet", { expiresAt: new Date(0) });
  await credentials.storeCredentials(
    { userId: "alice", provider: config.provider },
    { accessToken, refreshToken: new Secret(refreshToken) },
  );

  const token = await tokens.getToken({ userId: "alice" });
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token.secret()}` } });
  return answer.json();
}
