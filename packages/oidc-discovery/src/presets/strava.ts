import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Strava. */
export const stravaPreset: ProviderPreset = {
  provider: "strava",
  displayName: "Strava",
  docsUrl: "https://developers.strava.com/docs/authentication/",
  checkedOn: "2026-11-26",
  authUrl: "https://www.strava.com/oauth/authorize",
  tokenUrl: "https://www.strava.com/api/v3/oauth/token",
  // Not RFC 7009: it ends everything that the athlete granted.
  revocationUrl: "https://www.strava.com/oauth/deauthorize",
  userinfoUrl: "https://www.strava.com/api/v3/athlete",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://www.strava.com"],
  quirks: {
    // Refusals name what is "invalid": the client is "Application".
    errorMember: "errors.0.resource",
    terminalErrors: ["RefreshToken", "AuthorizationCode", "Athlete"],
    scopeSeparator: ",",
    authorizationParameters: { approval_prompt: "auto" },
    revocationRequest: { tokenType: "access_token", tokenParameter: "access_token" },
    userinfoClaims: { subject: "id", name: "firstname" },
  },
};

/** Scopes of Strava's API. */
export type StravaScope =
  | "read"
  | "read_all"
  | "profile:read_all"
  | "profile:write"
  | "activity:read"
  | "activity:read_all"
  | "activity:write";

/**
 * An API application of Strava's settings. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function strava(registration: ScopedRegistration<StravaScope>): OAuth2Config {
  return fromPreset(stravaPreset, registration);
}
