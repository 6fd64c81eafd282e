import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Facebook Login and the Graph API. */
export const facebookPreset: ProviderPreset = {
  provider: "facebook",
  displayName: "Facebook",
  docsUrl:
    "https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow",
  checkedOn: "2026-11-25",
  // Without a version these are the oldest that the app may use; one that is named here would end.
  authUrl: "https://www.facebook.com/dialog/oauth",
  tokenUrl: "https://graph.facebook.com/oauth/access_token",
  // No issuer: ID tokens are still in testing.
  revocationUrl: "https://graph.facebook.com/me/permissions",
  userinfoUrl: "https://graph.facebook.com/me?fields=id,name,email",
  clientAuthentication: "client_secret_post",
  refreshTokens: "none",
  apiOrigins: ["https://graph.facebook.com"],
  quirks: {
    // Not RFC 7009: the app's permissions are taken away from it.
    revocationRequest: { method: "DELETE", authorization: "token", body: "none" },
    scopeSeparator: ",",
    // A token of 60 days ends without having been exchanged; sweepers exchange it in time.
    refreshTokenIdleSeconds: 60 * 24 * 3600,
    accessTokenExchange: { grantType: "fb_exchange_token", tokenParameter: "fb_exchange_token" },
    userinfoClaims: { subject: "id", email: "email", name: "name" },
    // The Graph API's numbers for an access token that no longer works.
    terminalErrors: ["102", "190"],
  },
};

/**
 * An app of Meta's app dashboard. Nothing is sent. Facebook has no refresh tokens: a token that still
 * lives is exchanged for one of about 60 days, and sweepers do so before it ends.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function facebook(registration: PresetRegistration): OAuth2Config {
  return fromPreset(facebookPreset, registration);
}
