import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Atlassian's cloud: Jira, Confluence and the others. */
export const atlassianPreset: ProviderPreset = {
  provider: "atlassian",
  displayName: "Atlassian",
  docsUrl: "https://developer.atlassian.com/cloud/oauth/getting-started/implementing-oauth-3lo/",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://auth.atlassian.com/authorize",
  tokenUrl: "https://auth.atlassian.com/oauth/token",
  // No revocationUrl: it is documented only that people revoke, on their account's own page.
  userinfoUrl: "https://api.atlassian.com/me",
  clientAuthentication: "client_secret_post",
  offlineScopes: ["offline_access"],
  refreshTokens: "rotating",
  apiOrigins: ["https://api.atlassian.com"],
  quirks: {
    authorizationParameters: { audience: "api.atlassian.com", prompt: "consent" },
    refreshReuseWindowSeconds: 600,
    // A year after the consent they end in any case.
    refreshTokenIdleSeconds: 90 * 24 * 60 * 60,
    // Needs the scope `read:me`.
    userinfoClaims: { subject: "account_id", email: "email", name: "name" },
  },
};

/**
 * An OAuth 2.0 (3LO) app, from Atlassian's developer console. Nothing is sent. Which sites a
 * token is good for is asked of `https://api.atlassian.com/oauth/token/accessible-resources`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function atlassian(registration: PresetRegistration): OAuth2Config {
  return fromPreset(atlassianPreset, registration);
}
