import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Canva's REST API. */
export const canvaPreset: ProviderPreset = {
  provider: "canva",
  displayName: "Canva",
  docsUrl: "https://www.canva.dev/docs/connect/authentication/",
  checkedOn: "2026-11-26",
  authUrl: "https://www.canva.com/api/oauth/authorize",
  tokenUrl: "https://api.canva.com/rest/v1/oauth/token",
  revocationUrl: "https://api.canva.com/rest/v1/oauth/revoke",
  introspectionUrl: "https://api.canva.com/rest/v1/oauth/introspect",
  userinfoUrl: "https://api.canva.com/rest/v1/users/me",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.canva.com"],
  quirks: { userinfoClaims: { subject: "team_user.user_id" } },
};

/**
 * An integration of Canva's developer portal. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function canva(registration: PresetRegistration): OAuth2Config {
  return fromPreset(canvaPreset, registration);
}
