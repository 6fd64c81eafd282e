import type { ProviderQuirks } from "@rak-oauth/core";

/**
 * The scopes among `wanted` that were not granted. `offline_access` asks for a refresh token and is
 * granted by giving one: servers need not name it (OpenID Connect Core §11).
 */
export function missingScopes(
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
