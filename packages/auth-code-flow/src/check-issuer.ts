import { AuthorizationError, type OAuth2Config } from "@rak-oauth/core";

/**
 * Checks who answered, error responses included, so that no other server's answer is taken for this
 * one's.
 *
 * @throws AuthorizationError `issuer_mismatch`
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
export function checkIssuer(config: OAuth2Config, iss: string | undefined): void {
  if (iss === undefined) {
    if (!config.issParameterSupported) return;
    throw new AuthorizationError(
      "issuer_mismatch",
      `The callback for ${config.provider} does not name its issuer, as the server promises to. The answer may come from another server and was not used.`,
    );
  }
  // Without a known issuer the token endpoint's origin stands in, as it does in the code exchange.
  const expected = config.issuer ?? new URL(config.tokenUrl).origin;
  if (iss !== expected) {
    throw new AuthorizationError(
      "issuer_mismatch",
      `The callback for ${config.provider} names another issuer than ${expected}. The answer may come from another server and was not used.${config.issuer === undefined ? ` If it is right, set "issuer" in the configuration of ${config.provider}.` : ""}`,
    );
  }
}
