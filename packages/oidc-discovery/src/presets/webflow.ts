import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Webflow. */
export const webflowPreset: ProviderPreset = {
  provider: "webflow",
  displayName: "Webflow",
  docsUrl: "https://developers.webflow.com/data/reference/oauth-app",
  checkedOn: "2026-11-26",
  authUrl: "https://webflow.com/oauth/authorize",
  tokenUrl: "https://api.webflow.com/oauth/access_token",
  // Not RFC 7009: the token has another name, in JSON.
  revocationUrl: "https://webflow.com/oauth/revoke_authorization",
  userinfoUrl: "https://api.webflow.com/v2/token/authorized_by",
  clientAuthentication: "client_secret_post",
  refreshTokens: "none",
  apiOrigins: ["https://api.webflow.com"],
  quirks: {
    revocationRequest: {
      tokenType: "access_token",
      body: "json",
      tokenParameter: "access_token",
    },
    userinfoClaims: { subject: "id", email: "email", name: "firstName" },
  },
};

/**
 * A data client app of a Webflow workspace. Nothing is sent. The name of the account needs the scope
 * `authorized_user:read`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function webflow(registration: PresetRegistration): OAuth2Config {
  return fromPreset(webflowPreset, registration);
}
