import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Login with Amazon. */
export const amazonPreset: ProviderPreset = {
  provider: "amazon",
  displayName: "Amazon",
  docsUrl: "https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html",
  checkedOn: "2026-11-26",
  authUrl: "https://www.amazon.com/ap/oa",
  tokenUrl: "https://api.amazon.com/auth/o2/token",
  // No revocationUrl: a user takes an app's access away in the account's own settings.
  userinfoUrl: "https://api.amazon.com/user/profile",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://api.amazon.com"],
  quirks: { userinfoClaims: { subject: "user_id", email: "email", name: "name" } },
};

/**
 * A security profile of Login with Amazon. Nothing is sent. APIs that take its tokens elsewhere, such as
 * the one for advertising, are given as `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function amazon(registration: PresetRegistration): OAuth2Config {
  return fromPreset(amazonPreset, registration);
}
