import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Docusign, in production. */
export const docusignPreset: ProviderPreset = {
  provider: "docusign",
  displayName: "Docusign",
  docsUrl: "https://developers.docusign.com/platform/auth/authcode/",
  checkedOn: "2026-11-26",
  authUrl: "https://account.docusign.com/oauth/auth",
  tokenUrl: "https://account.docusign.com/oauth/token",
  // No revocationUrl: a user takes an app's access away in the account's own settings.
  userinfoUrl: "https://account.docusign.com/oauth/userinfo",
  clientAuthentication: "client_secret_basic",
  // Without it the first refresh token is the last: 30 days in all.
  offlineScopes: ["extended"],
  refreshTokens: "rotating",
  // Which of them is an account's is told by the UserInfo endpoint.
  apiOrigins: [
    "https://www.docusign.net",
    "https://na2.docusign.net",
    "https://na3.docusign.net",
    "https://na4.docusign.net",
    "https://eu.docusign.net",
    "https://au.docusign.net",
    "https://ca.docusign.net",
  ],
  quirks: { refreshTokenIdleSeconds: 30 * 24 * 60 * 60 },
};

/**
 * An integration key of Docusign's that has gone live. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function docusign(registration: PresetRegistration): OAuth2Config {
  return fromPreset(docusignPreset, registration);
}
