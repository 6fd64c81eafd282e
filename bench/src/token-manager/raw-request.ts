import { client } from "./contender.js";
import { type IssuedTokens, tokensOf } from "./strict-grants.js";

/** What everything is measured against: one token request with nothing around it. */
export async function rawRequest(tokenUrl: string, refreshToken: string): Promise<IssuedTokens> {
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: client.id,
      client_secret: client.secret,
    }),
  });
  const answer = (await response.json()) as Record<string, string>;
  if (!response.ok) throw new Error(`The token server answered with ${response.status}.`);
  return {
    accessToken: answer["access_token"] ?? "",
    refreshToken: answer["refresh_token"] ?? "",
  };
}

/** How long one raw request takes, in milliseconds; a refused one counts as well. */
export async function timeRawRequest(tokenUrl: string, family: string): Promise<number> {
  const { refreshToken } = tokensOf(family);
  const began = performance.now();
  await rawRequest(tokenUrl, refreshToken).catch(() => undefined);
  return performance.now() - began;
}
