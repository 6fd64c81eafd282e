import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Reddit. */
export const redditPreset: ProviderPreset = {
  provider: "reddit",
  displayName: "Reddit",
  docsUrl: "https://github.com/reddit-archive/reddit/wiki/OAuth2",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://www.reddit.com/api/v1/authorize",
  tokenUrl: "https://www.reddit.com/api/v1/access_token",
  revocationUrl: "https://www.reddit.com/api/v1/revoke_token",
  userinfoUrl: "https://oauth.reddit.com/api/v1/me",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://oauth.reddit.com"],
  quirks: {
    authorizationParameters: { duration: "permanent" },
    // Needs the scope `identity`; requests that do not say who sends them are slowed down.
    userinfoRequest: { headers: { "user-agent": "node:rak-oauth" } },
    userinfoClaims: { subject: "id", name: "name" },
  },
};

/**
 * An app of Reddit's page of apps. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function reddit(registration: PresetRegistration): OAuth2Config {
  return fromPreset(redditPreset, registration);
}
