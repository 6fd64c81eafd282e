import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Twitch. */
export const twitchPreset: ProviderPreset = {
  provider: "twitch",
  displayName: "Twitch",
  docsUrl: "https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/",
  checkedOn: "2026-11-26",
  issuer: "https://id.twitch.tv/oauth2",
  authUrl: "https://id.twitch.tv/oauth2/authorize",
  tokenUrl: "https://id.twitch.tv/oauth2/token",
  deviceAuthorizationUrl: "https://id.twitch.tv/oauth2/device",
  revocationUrl: "https://id.twitch.tv/oauth2/revoke",
  userinfoUrl: "https://id.twitch.tv/oauth2/userinfo",
  jwksUrl: "https://id.twitch.tv/oauth2/keys",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://api.twitch.tv"],
  quirks: {
    // Twitch answers with the names of HTTP statuses: 401 is "Unauthorized", and a refresh token that is
    // dead is a "Bad Request", which is no OAuth error code and therefore read as unknown_error.
    terminalErrors: ["Unauthorized", "unknown_error"],
    revocationRequest: { tokenType: "access_token" },
    userinfoClaims: { subject: "sub", email: "email", name: "preferred_username" },
  },
};

/**
 * An app of Twitch's developer console. Nothing is sent. Its API also wants the client id, as `client-id`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function twitch(registration: PresetRegistration): OAuth2Config {
  return fromPreset(twitchPreset, registration);
}
