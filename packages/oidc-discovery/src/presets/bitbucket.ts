import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Bitbucket Cloud. */
export const bitbucketPreset: ProviderPreset = {
  provider: "bitbucket",
  displayName: "Bitbucket",
  docsUrl: "https://developer.atlassian.com/cloud/bitbucket/oauth-2/",
  checkedOn: "2026-11-26",
  authUrl: "https://bitbucket.org/site/oauth2/authorize",
  tokenUrl: "https://bitbucket.org/site/oauth2/access_token",
  // No revocationUrl: a user takes an app's access away in Bitbucket's own settings.
  userinfoUrl: "https://api.bitbucket.org/2.0/user",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://api.bitbucket.org"],
  quirks: {
    userinfoClaims: { subject: "uuid", name: "display_name" },
  },
};

/**
 * An OAuth consumer of a Bitbucket workspace. Nothing is sent. Its scopes are those of the consumer.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function bitbucket(registration: PresetRegistration): OAuth2Config {
  return fromPreset(bitbucketPreset, registration);
}
