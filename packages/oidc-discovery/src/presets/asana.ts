import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Asana. */
export const asanaPreset: ProviderPreset = {
  provider: "asana",
  displayName: "Asana",
  docsUrl: "https://developers.asana.com/docs/oauth",
  checkedOn: "2026-11-26",
  authUrl: "https://app.asana.com/-/oauth_authorize",
  tokenUrl: "https://app.asana.com/-/oauth_token",
  revocationUrl: "https://app.asana.com/-/oauth_revoke",
  userinfoUrl: "https://app.asana.com/api/1.0/users/me",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://app.asana.com"],
  quirks: {
    // It ends the refresh token, and with it what came of it.
    revocationRequest: { tokenType: "refresh_token" },
    userinfoClaims: { subject: "data.gid", email: "data.email", name: "data.name" },
  },
};

/**
 * An app of Asana's developer console. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function asana(registration: PresetRegistration): OAuth2Config {
  return fromPreset(asanaPreset, registration);
}
