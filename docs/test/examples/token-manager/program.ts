import { AccessToken, type CredentialService, type OAuth2Config, Secret } from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";

export interface OldTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Takes alice's tokens over from whatever refreshed them so far, and calls an API as her. */
export async function callAsAlice(
  config: OAuth2Config,
  credentials: CredentialService,
  old: OldTokens,
  url: string,
): Promise<unknown> {
  const tokens = new TokenManager({ config, credentials });
  await credentials.storeCredentials(
    { userId: "alice", provider: config.provider },
    {
      // Expired as far as is known: the first caller refreshes it, all others wait for that one.
      accessToken: new AccessToken(old.accessToken, { expiresAt: new Date(0) }),
      refreshToken: new Secret(old.refreshToken),
    },
  );

  const token = await tokens.getToken({ userId: "alice" });
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token.secret()}` } });
  await tokens.close();
  return answer.json();
}
