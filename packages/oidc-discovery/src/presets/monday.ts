import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of monday.com: its first OAuth, with tokens that do not end. */
export const mondayPreset: ProviderPreset = {
  provider: "monday",
  displayName: "monday.com",
  docsUrl: "https://developer.monday.com/apps/docs/oauth",
  checkedOn: "2026-11-26",
  // Endpoints and client authentication are from another library; the page could not be read whole.
  authUrl: "https://auth.monday.com/oauth2/authorize",
  tokenUrl: "https://auth.monday.com/oauth2/token",
  // No revocationUrl: a token lives until the app is uninstalled.
  userinfoUrl: "https://api.monday.com/v2",
  clientAuthentication: "client_secret_post",
  // Another library had to leave it out; only the newer OAuth 2.1 flow is documented with it.
  usePkce: false,
  refreshTokens: "none",
  apiOrigins: ["https://api.monday.com"],
  quirks: {
    userinfoClaims: { subject: "data.me.id", email: "data.me.email", name: "data.me.name" },
    userinfoRequest: { method: "POST", body: '{"query":"query { me { id name email } }"}' },
  },
};

/**
 * An app of monday.com's developer center that has not switched to the OAuth 2.1 flow. Nothing is sent.
 * The name of the account needs the scope `me:read`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function monday(registration: PresetRegistration): OAuth2Config {
  return fromPreset(mondayPreset, registration);
}
