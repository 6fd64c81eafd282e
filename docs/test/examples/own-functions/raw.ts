import { isOAuth2Error } from "@rak-oauth/core";
import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";
import type { TokenSource } from "@rak-oauth/token-manager";

/** The status of a request that is made as a user; nothing where they have to connect first. */
export async function probe(
  tokens: TokenSource,
  url: string,
  allowInsecureLoopback = false,
): Promise<number | undefined> {
  const fetchAsUser = createAuthorizedFetch(tokens, {
    origins: [new URL(url).origin],
    scopes: ["openid"],
    allowInsecureLoopback,
  });
  try {
    return (await fetchAsUser(url, { signal: AbortSignal.timeout(5_000) })).status;
  } catch (error) {
    if (isOAuth2Error(error) && error.code === "needs_user_authorization") return undefined;
    throw error;
  }
}
