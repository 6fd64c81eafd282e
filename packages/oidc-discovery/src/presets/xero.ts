import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Xero. */
export const xeroPreset: ProviderPreset = {
  provider: "xero",
  displayName: "Xero",
  docsUrl: "https://developer.xero.com/documentation/guides/oauth2/auth-flow/",
  checkedOn: "2026-11-26",
  issuer: "https://identity.xero.com",
  authUrl: "https://login.xero.com/identity/connect/authorize",
  tokenUrl: "https://identity.xero.com/connect/token",
  revocationUrl: "https://identity.xero.com/connect/revocation",
  userinfoUrl: "https://identity.xero.com/connect/userinfo",
  jwksUrl: "https://identity.xero.com/.well-known/openid-configuration/jwks",
  clientAuthentication: "client_secret_basic",
  offlineScopes: ["offline_access"],
  refreshTokens: "rotating",
  apiOrigins: ["https://api.xero.com"],
  quirks: {
    // A spent refresh token may be tried again for half an hour.
    refreshReuseWindowSeconds: 30 * 60,
    refreshTokenIdleSeconds: 60 * 24 * 60 * 60,
  },
};

/**
 * An app of the Xero developer portal. Nothing is sent. A user may have several organisations: which
 * ones is asked at `https://api.xero.com/connections`, and each call names one by `xero-tenant-id`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function xero(registration: PresetRegistration): OAuth2Config {
  return fromPreset(xeroPreset, registration);
}
