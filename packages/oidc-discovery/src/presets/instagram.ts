import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of the Instagram API with Instagram login. */
export const instagramPreset: ProviderPreset = {
  provider: "instagram",
  displayName: "Instagram",
  docsUrl:
    "https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://www.instagram.com/oauth/authorize",
  tokenUrl: "https://api.instagram.com/oauth/access_token",
  // No revocationUrl, and no profile: what is documented of both is not in a form that is known here.
  clientAuthentication: "client_secret_post",
  // Tokens of 60 days are had by GET, with token and secret in the address: that is not sent from here.
  refreshTokens: "none",
  apiOrigins: ["https://graph.instagram.com"],
  quirks: {
    scopeSeparator: ",",
    tokenMember: "data.0",
    defaultTokenType: "Bearer",
    defaultExpiresInSeconds: 3_600,
  },
};

/**
 * An app of Meta's app dashboard, for professional accounts of Instagram. Nothing is sent. Its tokens
 * live an hour and cannot be refreshed; then the user is asked again.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function instagram(registration: PresetRegistration): OAuth2Config {
  return fromPreset(instagramPreset, registration);
}
