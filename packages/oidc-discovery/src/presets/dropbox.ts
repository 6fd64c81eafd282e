import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Dropbox. */
export const dropboxPreset: ProviderPreset = {
  provider: "dropbox",
  displayName: "Dropbox",
  docsUrl: "https://developers.dropbox.com/oauth-guide",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://www.dropbox.com/oauth2/authorize",
  tokenUrl: "https://api.dropboxapi.com/oauth2/token",
  revocationUrl: "https://api.dropboxapi.com/2/auth/token/revoke",
  userinfoUrl: "https://api.dropboxapi.com/2/users/get_current_account",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: [
    "https://api.dropboxapi.com",
    "https://content.dropboxapi.com",
    "https://notify.dropboxapi.com",
  ],
  quirks: {
    // Without it there is no refresh token, and access ends after about four hours.
    authorizationParameters: { token_access_type: "offline" },
    // Ends the refresh token with it.
    revocationRequest: { tokenType: "access_token", authorization: "token", body: "none" },
    userinfoRequest: { method: "POST" },
    // Needs the scope `account_info.read`.
    userinfoClaims: { subject: "account_id", email: "email", name: "name.display_name" },
  },
};

/**
 * An app of Dropbox's app console. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function dropbox(registration: PresetRegistration): OAuth2Config {
  return fromPreset(dropboxPreset, registration);
}
