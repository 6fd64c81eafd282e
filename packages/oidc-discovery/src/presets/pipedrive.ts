import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Pipedrive. */
export const pipedrivePreset: ProviderPreset = {
  provider: "pipedrive",
  displayName: "Pipedrive",
  docsUrl: "https://pipedrive.readme.io/docs/marketplace-oauth-authorization",
  checkedOn: "2026-11-26",
  authUrl: "https://oauth.pipedrive.com/oauth/authorize",
  tokenUrl: "https://oauth.pipedrive.com/oauth/token",
  revocationUrl: "https://oauth.pipedrive.com/oauth/revoke",
  userinfoUrl: "https://api.pipedrive.com/v1/users/me",
  clientAuthentication: "client_secret_basic",
  // Another library had to leave it out; Pipedrive's pages do not speak of it.
  usePkce: false,
  refreshTokens: "static",
  apiOrigins: ["https://api.pipedrive.com"],
  quirks: {
    refreshTokenIdleSeconds: 60 * 24 * 60 * 60,
    userinfoClaims: { subject: "data.id", email: "data.email", name: "data.name" },
  },
};

/**
 * An app of Pipedrive's developer hub, where its scopes are chosen. Nothing is sent. Answers name the
 * company's own API as `api_domain`; such an origin belongs into `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function pipedrive(registration: PresetRegistration): OAuth2Config {
  return fromPreset(pipedrivePreset, registration);
}
