import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of HubSpot. */
export const hubspotPreset: ProviderPreset = {
  provider: "hubspot",
  displayName: "HubSpot",
  docsUrl:
    "https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://app.hubspot.com/oauth/authorize",
  // The addresses under `/oauth/v1` end on 2027-02-16.
  tokenUrl: "https://api.hubapi.com/oauth/2026-03/token",
  revocationUrl: "https://api.hubapi.com/oauth/2026-03/token/revoke",
  introspectionUrl: "https://api.hubapi.com/oauth/2026-03/token/introspect",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://api.hubapi.com"],
  quirks: {
    // The address for access tokens is not documented: they end by themselves in half an hour.
    revocationRequest: { tokenType: "refresh_token" },
  },
};

/**
 * An app of HubSpot's developer platform. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function hubspot(registration: PresetRegistration): OAuth2Config {
  return fromPreset(hubspotPreset, registration);
}
