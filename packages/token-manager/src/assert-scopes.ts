import {
  type AccessToken,
  NeedsUserAuthorizationError,
  type OAuth2Config,
  type ProviderQuirks,
} from "@rak-oauth/core";

/**
 * The scopes among `wanted` that were not granted. `offline_access` asks for a refresh token and is
 * granted by giving one: servers need not name it (OpenID Connect Core §11).
 */
function missingScopes(
  wanted: readonly string[],
  granted: readonly string[],
  { scopeAliases = {} }: ProviderQuirks,
): readonly string[] {
  const isGranted = (scope: string) =>
    scope === "offline_access" ||
    granted.includes(scope) ||
    granted.includes(scopeAliases[scope] ?? scope);
  return wanted.filter((scope) => !isGranted(scope));
}

/** @throws NeedsUserAuthorizationError when the user gave fewer scopes than are wanted. */
export function assertScopes(
  { provider, quirks }: OAuth2Config,
  token: AccessToken,
  wanted: readonly string[],
): void {
  if (missingScopes(wanted, token.scopes, quirks).length === 0) return;
  throw new NeedsUserAuthorizationError({
    provider,
    reason: "scope",
    scopes: [...new Set([...token.scopes, ...wanted])],
  });
}
