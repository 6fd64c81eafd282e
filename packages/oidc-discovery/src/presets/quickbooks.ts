import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Intuit and QuickBooks Online. */
export const quickbooksPreset: ProviderPreset = {
  provider: "quickbooks",
  displayName: "QuickBooks",
  docsUrl:
    "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0",
  checkedOn: "2026-11-26",
  issuer: "https://oauth.platform.intuit.com/op/v1",
  authUrl: "https://appcenter.intuit.com/connect/oauth2",
  tokenUrl: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
  revocationUrl: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
  userinfoUrl: "https://accounts.platform.intuit.com/v1/openid_connect/userinfo",
  jwksUrl: "https://oauth.platform.intuit.com/op/v1/jwks",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: [
    "https://quickbooks.api.intuit.com",
    "https://sandbox-quickbooks.api.intuit.com",
    "https://accounts.platform.intuit.com",
  ],
  quirks: {
    // Another value is given about once a day, and then only the latest is good.
    refreshTokenIdleSeconds: 100 * 24 * 60 * 60,
    revocationRequest: { body: "json" },
  },
};

/** Scopes of QuickBooks Online and of Intuit's OpenID Connect. */
export type QuickbooksScope =
  | "com.intuit.quickbooks.accounting"
  | "com.intuit.quickbooks.payment"
  | "openid"
  | "profile"
  | "email"
  | "phone"
  | "address";

/**
 * A client of Intuit's, from the keys of an app in the Intuit developer portal. Nothing is sent. The
 * company is named only on the callback, as `realmId`; its API paths begin with it.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function quickbooks(registration: ScopedRegistration<QuickbooksScope>): OAuth2Config {
  return fromPreset(quickbooksPreset, registration);
}
