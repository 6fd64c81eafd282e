import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Heroku. */
export const herokuPreset: ProviderPreset = {
  provider: "heroku",
  displayName: "Heroku",
  docsUrl: "https://devcenter.heroku.com/articles/oauth",
  checkedOn: "2026-11-26",
  // The page names the endpoints; what answers hold is from libraries that use them.
  authUrl: "https://id.heroku.com/oauth/authorize",
  tokenUrl: "https://id.heroku.com/oauth/token",
  // No revocationUrl: authorizations are deleted by the API, by their id.
  userinfoUrl: "https://api.heroku.com/account",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://api.heroku.com"],
  quirks: {
    userinfoClaims: { subject: "id", email: "email", name: "name" },
    userinfoRequest: { headers: { accept: "application/vnd.heroku+json; version=3" } },
  },
};

/**
 * An API client of a Heroku account. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function heroku(registration: PresetRegistration): OAuth2Config {
  return fromPreset(herokuPreset, registration);
}
