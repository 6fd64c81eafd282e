import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of LinkedIn. */
export const linkedinPreset: ProviderPreset = {
  provider: "linkedin",
  displayName: "LinkedIn",
  docsUrl: "https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  // No issuer: its ID tokens do not repeat the nonce, so the account is asked for instead.
  authUrl: "https://www.linkedin.com/oauth/v2/authorization",
  tokenUrl: "https://www.linkedin.com/oauth/v2/accessToken",
  revocationUrl: "https://www.linkedin.com/oauth/v2/revoke",
  userinfoUrl: "https://api.linkedin.com/v2/userinfo",
  clientAuthentication: "client_secret_post",
  // Only for native clients, at another address; here a code verifier makes the client invalid.
  usePkce: false,
  // For approved partners; they end a year after the consent. Others ask the user every 60 days.
  refreshTokens: "static",
  apiOrigins: ["https://api.linkedin.com"],
  quirks: {
    defaultTokenType: "Bearer",
  },
};

/**
 * An app of LinkedIn's developer portal. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function linkedin(registration: PresetRegistration): OAuth2Config {
  return fromPreset(linkedinPreset, registration);
}
