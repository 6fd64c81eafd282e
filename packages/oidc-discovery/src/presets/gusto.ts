import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Gusto: app integrations, in production. */
export const gustoPreset: ProviderPreset = {
  provider: "gusto",
  displayName: "Gusto",
  docsUrl: "https://docs.gusto.com/app-integrations/docs/oauth2",
  checkedOn: "2026-11-26",
  authUrl: "https://api.gusto.com/oauth/authorize",
  tokenUrl: "https://api.gusto.com/oauth/token",
  // No revocationUrl: a company takes an app's access away in Gusto's own settings.
  userinfoUrl: "https://api.gusto.com/v1/token_info",
  clientAuthentication: "client_secret_post",
  // The spent one works until the new access token is used for the first time.
  refreshTokens: "rotating",
  apiOrigins: ["https://api.gusto.com"],
  quirks: {
    // The answers that Gusto documents name no type.
    defaultTokenType: "Bearer",
    userinfoClaims: { subject: "resource_owner.uuid" },
  },
};

/**
 * An app of Gusto's developer portal, with its production credentials. Nothing is sent. A grant is for
 * one company; its scopes are those of the app.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function gusto(registration: PresetRegistration): OAuth2Config {
  return fromPreset(gustoPreset, registration);
}
