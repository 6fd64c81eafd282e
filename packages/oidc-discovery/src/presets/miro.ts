import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Miro. */
export const miroPreset: ProviderPreset = {
  provider: "miro",
  displayName: "Miro",
  docsUrl: "https://developers.miro.com/docs/getting-started-with-oauth",
  checkedOn: "2026-11-26",
  authUrl: "https://miro.com/oauth/authorize",
  tokenUrl: "https://api.miro.com/v1/oauth/token",
  // No revocationUrl: Miro's takes the client's credentials under names of its own.
  userinfoUrl: "https://api.miro.com/v1/oauth-token",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.miro.com"],
  quirks: {
    refreshTokenIdleSeconds: 60 * 24 * 60 * 60,
    userinfoClaims: { subject: "user.id", name: "user.name" },
  },
};

/**
 * An app of Miro's, of a developer team. Nothing is sent. Only apps with expiring tokens get a refresh token.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function miro(registration: PresetRegistration): OAuth2Config {
  return fromPreset(miroPreset, registration);
}
