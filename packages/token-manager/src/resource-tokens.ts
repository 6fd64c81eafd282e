import type { ResourceToken } from "@rak-oauth/core";

/** More would make each read of the credential slow; one that was dropped costs one refresh. */
const maximumResourceTokens = 10;

/** Those that have not expired, or may not have. */
export function livingResourceTokens(
  tokens: readonly ResourceToken[],
  now: number,
): readonly ResourceToken[] {
  return tokens.filter(({ accessToken: { expiresAt } }) => (expiresAt?.getTime() ?? now + 1) > now);
}

/** Adds a token in the place of the one for the same resource; the oldest go when there are ten. */
export function keepResourceToken(
  tokens: readonly ResourceToken[] = [],
  token: ResourceToken,
  now: number,
): readonly ResourceToken[] {
  const others = livingResourceTokens(tokens, now).filter(
    ({ resource }) => resource !== token.resource,
  );
  return [...others, token].slice(-maximumResourceTokens);
}
