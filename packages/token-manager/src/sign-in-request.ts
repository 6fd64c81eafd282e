import { type OAuth2Credentials, Secret } from "@rak-oauth/core";
import { cleanUp } from "./clean-up.js";
import type { ProviderClient, SendGrant, TokenRequest } from "./provider-client.js";
import { revokeToken } from "./revocation.js";
import type { NormalTokenResponse } from "./token-response.js";

/**
 * Asks for the tokens of a sign-in. Where the answer is refused, for its ID token or the type of its
 * tokens, these are revoked at the provider (RFC 7009): they are kept nowhere, and would live on there.
 *
 * @throws what refused the answer, whatever came of revoking.
 */
export async function requestSignIn(
  client: ProviderClient,
  request: TokenRequest,
  send: SendGrant,
): Promise<OAuth2Credentials> {
  let received: NormalTokenResponse | undefined;
  const onTokens = (answer: NormalTokenResponse) => {
    received = answer;
  };
  try {
    return await client.requestTokens({ ...request, onTokens }, send);
  } catch (error) {
    if (received !== undefined) await revokeReceived(client, received);
    throw error;
  }
}

async function revokeReceived(
  client: ProviderClient,
  { access_token, refresh_token }: NormalTokenResponse,
): Promise<void> {
  await cleanUp(client.scheduler, async (signal) => {
    // One after the other: revoking the refresh token often ends the access token too.
    if (refresh_token !== undefined) {
      await revokeToken(client, new Secret(refresh_token), "refresh_token", signal);
    }
    await revokeToken(client, new Secret(access_token), "access_token", signal);
  });
}
