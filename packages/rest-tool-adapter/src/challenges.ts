import { parseTokenChallenges, scopesOf } from "@rak-oauth/oidc-discovery";

/**
 * The scopes an API says are missing; empty when it says that some are but not which, and nothing
 * when it does not say so.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function findInsufficientScope(header: string | null): readonly string[] | undefined {
  for (const challenge of parseTokenChallenges(header ?? "")) {
    if (challenge.get("error") !== "insufficient_scope") continue;
    return scopesOf(challenge);
  }
  return undefined;
}

/**
 * Tells whether an API wants the request again, with a nonce in its proof.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-9
 */
export function asksForNonce(header: string | null): boolean {
  return parseTokenChallenges(header ?? "").some(
    (challenge) => challenge.get("error") === "use_dpop_nonce",
  );
}
