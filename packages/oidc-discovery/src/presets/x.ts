import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of X, formerly Twitter. */
export const xPreset: ProviderPreset = {
  provider: "x",
  displayName: "X",
  docsUrl: "https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://x.com/i/oauth2/authorize",
  tokenUrl: "https://api.x.com/2/oauth2/token",
  revocationUrl: "https://api.x.com/2/oauth2/revoke",
  userinfoUrl: "https://api.x.com/2/users/me",
  clientAuthentication: "client_secret_basic",
  offlineScopes: ["offline.access"],
  refreshTokens: "rotating",
  apiOrigins: ["https://api.x.com"],
  quirks: {
    // Needs the scopes `users.read` and `tweet.read`.
    userinfoClaims: { subject: "data.id", name: "data.username" },
  },
};

/**
 * An app of X's developer console. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function x(registration: PresetRegistration): OAuth2Config {
  return fromPreset(xPreset, registration);
}
