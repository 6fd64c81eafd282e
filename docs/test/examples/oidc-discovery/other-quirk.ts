import { defineOAuth2Config, type OAuth2Config } from "@rak-oauth/core";
import { google } from "@rak-oauth/oidc-discovery";

/** A second client at the same provider, whose refresh tokens die when they lie unused for a week. */
export function defineTrialClient(clientId: string, clientSecret: string): OAuth2Config {
  const config = google({ provider: "google-trial", clientId, clientSecret });
  return defineOAuth2Config({
    ...config,
    quirks: { ...config.quirks, refreshTokenIdleSeconds: 7 * 24 * 3600 },
  });
}
