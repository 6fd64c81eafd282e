import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Mailchimp's Marketing API. */
export const mailchimpPreset: ProviderPreset = {
  provider: "mailchimp",
  displayName: "Mailchimp",
  docsUrl: "https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/",
  checkedOn: "2026-11-26",
  // From libraries that name this page; the page itself could not be compared.
  authUrl: "https://login.mailchimp.com/oauth2/authorize",
  tokenUrl: "https://login.mailchimp.com/oauth2/token",
  // No revocationUrl, and no scopes. Tokens do not end by themselves: `expires_in` is 0.
  userinfoUrl: "https://login.mailchimp.com/oauth2/metadata",
  clientAuthentication: "client_secret_post",
  refreshTokens: "none",
  // Each account's API is in a data center of its own, so its origin has to be given.
  apiOrigins: ["https://login.mailchimp.com"],
  quirks: {
    defaultTokenType: "Bearer",
    userinfoClaims: { subject: "user_id", email: "login.email", name: "accountname" },
  },
};

/**
 * A registered app of Mailchimp's. Nothing is sent. The metadata at
 * `https://login.mailchimp.com/oauth2/metadata` names an account's data center; its origin, such as
 * `https://us19.api.mailchimp.com`, belongs into `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function mailchimp(registration: PresetRegistration): OAuth2Config {
  return fromPreset(mailchimpPreset, registration);
}
