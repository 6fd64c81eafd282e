import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of ClickUp. */
export const clickupPreset: ProviderPreset = {
  provider: "clickup",
  displayName: "ClickUp",
  docsUrl: "https://developer.clickup.com/docs/authentication",
  checkedOn: "2026-11-26",
  authUrl: "https://app.clickup.com/api",
  tokenUrl: "https://api.clickup.com/api/v2/oauth/token",
  // No revocationUrl, and no scopes: a user chooses workspaces. Tokens do not end by themselves.
  userinfoUrl: "https://api.clickup.com/api/v2/user",
  clientAuthentication: "client_secret_post",
  refreshTokens: "none",
  apiOrigins: ["https://api.clickup.com"],
  quirks: {
    defaultTokenType: "Bearer",
    userinfoClaims: { subject: "user.id", email: "user.email", name: "user.username" },
  },
};

/**
 * An app of a ClickUp workspace, from its settings. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function clickup(registration: PresetRegistration): OAuth2Config {
  return fromPreset(clickupPreset, registration);
}
