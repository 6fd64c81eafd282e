import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Square, in production. */
export const squarePreset: ProviderPreset = {
  provider: "square",
  displayName: "Square",
  docsUrl: "https://developer.squareup.com/reference/square/o-auth-api/obtain-token",
  checkedOn: "2026-11-26",
  authUrl: "https://connect.squareup.com/oauth2/authorize",
  tokenUrl: "https://connect.squareup.com/oauth2/token",
  // No revocationUrl: it wants the scheme "Client" in the Authorization header.
  userinfoUrl: "https://connect.squareup.com/v2/merchants/me",
  clientAuthentication: "client_secret_post",
  // A client has a secret or PKCE, not both.
  usePkce: false,
  refreshTokens: "static",
  apiOrigins: ["https://connect.squareup.com"],
  // Refusals hold no OAuth error code: a dead grant looks like trouble, and is tried again later.
  quirks: {
    // Square's sellers have to sign in, whoever they are signed in as.
    authorizationParameters: { session: "false" },
    // Answers name a moment, `expires_at`, 30 days ahead.
    defaultExpiresInSeconds: 30 * 24 * 60 * 60,
    userinfoClaims: { subject: "merchant.id", name: "merchant.business_name" },
  },
};

/**
 * An application of Square's developer console. Nothing is sent. Without a secret it uses PKCE, and its
 * refresh tokens are good for one use and 90 days.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function square(registration: PresetRegistration): OAuth2Config {
  const isPublic = registration?.clientSecret === undefined;
  return fromPreset(isPublic ? { ...squarePreset, usePkce: true } : squarePreset, registration);
}
