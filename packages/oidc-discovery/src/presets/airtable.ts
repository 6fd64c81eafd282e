import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Airtable. */
export const airtablePreset: ProviderPreset = {
  provider: "airtable",
  displayName: "Airtable",
  docsUrl: "https://airtable.com/developers/web/api/oauth-reference",
  checkedOn: "2026-11-26",
  // From other libraries that name this page; the page itself could not be compared.
  authUrl: "https://airtable.com/oauth2/v1/authorize",
  tokenUrl: "https://airtable.com/oauth2/v1/token",
  // No revocationUrl: a user takes an integration's access away in Airtable's own settings.
  userinfoUrl: "https://api.airtable.com/v0/meta/whoami",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.airtable.com", "https://content.airtable.com"],
  quirks: {
    refreshTokenIdleSeconds: 60 * 24 * 60 * 60,
    // The address is given only with the scope user.email:read.
    userinfoClaims: { subject: "id", email: "email" },
  },
};

/**
 * An OAuth integration of Airtable's builder hub. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function airtable(registration: PresetRegistration): OAuth2Config {
  return fromPreset(airtablePreset, registration);
}
