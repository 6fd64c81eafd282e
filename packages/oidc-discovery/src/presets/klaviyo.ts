import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Klaviyo. */
export const klaviyoPreset: ProviderPreset = {
  provider: "klaviyo",
  displayName: "Klaviyo",
  docsUrl: "https://developers.klaviyo.com/en/docs/set_up_oauth",
  checkedOn: "2026-11-26",
  authUrl: "https://www.klaviyo.com/oauth/authorize",
  tokenUrl: "https://a.klaviyo.com/oauth/token",
  revocationUrl: "https://a.klaviyo.com/oauth/revoke",
  userinfoUrl: "https://a.klaviyo.com/api/accounts",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://a.klaviyo.com"],
  quirks: {
    refreshTokenIdleSeconds: 90 * 24 * 60 * 60,
    userinfoClaims: {
      subject: "data.0.id",
      name: "data.0.attributes.contact_information.organization_name",
    },
    userinfoRequest: { headers: { accept: "application/vnd.api+json", revision: "2026-10-15" } },
  },
};

/**
 * An app of a Klaviyo account. Nothing is sent. Every call names the API's version as `revision`; the
 * name of the account needs the scope `accounts:read`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function klaviyo(registration: PresetRegistration): OAuth2Config {
  return fromPreset(klaviyoPreset, registration);
}
