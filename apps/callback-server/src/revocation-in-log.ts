import type { DisconnectResult } from "@rak-oauth/token-manager";

/** What became of tokens, by names that the log does not take for those of tokens and blots out. */
export function revocationInLog({
  accessToken: access,
  refreshToken: refresh,
}: Pick<DisconnectResult, "accessToken" | "refreshToken">): Readonly<Record<string, string>> {
  return { access, refresh };
}
