import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of PayPal: Log in with PayPal, in production. */
export const paypalPreset: ProviderPreset = {
  provider: "paypal",
  displayName: "PayPal",
  docsUrl: "https://developer.paypal.com/log-in/build",
  checkedOn: "2026-11-26",
  authUrl: "https://www.paypal.com/signin/authorize",
  tokenUrl: "https://api-m.paypal.com/v1/oauth2/token",
  // No revocationUrl: a user takes an app's access away in PayPal's own settings.
  // Known from other libraries: the fields of this schema.
  userinfoUrl: "https://api-m.paypal.com/v1/identity/openidconnect/userinfo?schema=openid",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://api-m.paypal.com"],
  quirks: {
    authorizationParameters: { flowEntry: "static" },
    userinfoClaims: { subject: "user_id", email: "email", name: "name" },
  },
};

/**
 * An app of PayPal's developer dashboard, with its live credentials. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function paypal(registration: PresetRegistration): OAuth2Config {
  return fromPreset(paypalPreset, registration);
}
