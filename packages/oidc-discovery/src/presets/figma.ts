import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Figma. */
export const figmaPreset: ProviderPreset = {
  provider: "figma",
  displayName: "Figma",
  docsUrl: "https://developers.figma.com/docs/rest-api/authentication/",
  checkedOn: "2026-11-26",
  authUrl: "https://www.figma.com/oauth",
  tokenUrl: "https://api.figma.com/v1/oauth/token",
  // No revocationUrl: a user takes an app's access away in Figma's own settings.
  userinfoUrl: "https://api.figma.com/v1/me",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://api.figma.com"],
  quirks: {
    scopeSeparator: ",",
    // Answers there hold an access token alone, good for 90 days.
    refreshUrl: "https://api.figma.com/v1/oauth/refresh",
    // Known from other libraries only: some answers name no type.
    defaultTokenType: "Bearer",
    userinfoClaims: { subject: "id", email: "email", name: "handle" },
  },
};

/** Scopes of Figma's REST API. */
export type FigmaScope =
  | "current_user:read"
  | "file_comments:read"
  | "file_comments:write"
  | "file_content:read"
  | "file_dev_resources:read"
  | "file_dev_resources:write"
  | "file_metadata:read"
  | "file_variables:read"
  | "file_variables:write"
  | "file_versions:read";

/**
 * An app of Figma's, from its developer page. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function figma(registration: ScopedRegistration<FigmaScope>): OAuth2Config {
  return fromPreset(figmaPreset, registration);
}
