import { client } from "./contender.js";
import { type IssuedTokens, tokensOf } from "./strict-grants.js";

/** One token request with nothing around it. */
export async function rawRequest(tokenUrl: string, refreshToken: string): Promise<IssuedTokens> {
  const { status, answer } = await post(tokenUrl, refreshToken);
  if (status !== 200) throw new Error(`The token server answered with ${status}.`);
  return {
    accessToken: answer["access_token"] ?? "",
    refreshToken: answer["refresh_token"] ?? "",
  };
}

/**
 * What everything is measured against: how long one raw request takes, in milliseconds, whatever the
 * answer. The connection is warm.
 */
export async function timeRawRequest(tokenUrl: string, family: string): Promise<number> {
  const { refreshToken } = tokensOf(family);
  // A connection that the server closes at this moment is found out here, not in the measurement.
  await fetch(new URL("/", tokenUrl)).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
  const began = performance.now();
  await post(tokenUrl, refreshToken);
  return performance.now() - began;
}

async function post(
  tokenUrl: string,
  refreshToken: string,
): Promise<{ readonly status: number; readonly answer: Readonly<Record<string, string>> }> {
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: client.id,
      client_secret: client.secret,
    }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, string> };
}
