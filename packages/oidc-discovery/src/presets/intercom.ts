import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Intercom. */
export const intercomPreset: ProviderPreset = {
  provider: "intercom",
  displayName: "Intercom",
  docsUrl:
    "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/setting-up-oauth",
  checkedOn: "2026-11-26",
  authUrl: "https://app.intercom.com/oauth",
  tokenUrl: "https://api.intercom.io/auth/eagle/token",
  // No revocationUrl: a user uninstalls the app. Its scopes are chosen in the developer hub.
  userinfoUrl: "https://api.intercom.io/me",
  clientAuthentication: "client_secret_post",
  refreshTokens: "none",
  apiOrigins: [
    "https://api.intercom.io",
    "https://api.eu.intercom.io",
    "https://api.au.intercom.io",
  ],
  quirks: {
    // Known from other libraries only: some answers name no type.
    defaultTokenType: "Bearer",
    userinfoClaims: { subject: "id", email: "email", name: "name" },
  },
};

/**
 * An app of Intercom's developer hub. Nothing is sent. Its tokens do not end by themselves.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function intercom(registration: PresetRegistration): OAuth2Config {
  return fromPreset(intercomPreset, registration);
}
