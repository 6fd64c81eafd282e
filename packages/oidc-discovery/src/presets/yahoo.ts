import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Yahoo. */
export const yahooPreset: ProviderPreset = {
  provider: "yahoo",
  displayName: "Yahoo",
  docsUrl: "https://developer.yahoo.com/oauth2/guide/flows_authcode/",
  checkedOn: "2026-11-26",
  // From copies of its discovery document; the page itself says less.
  issuer: "https://api.login.yahoo.com",
  authUrl: "https://api.login.yahoo.com/oauth2/request_auth",
  tokenUrl: "https://api.login.yahoo.com/oauth2/get_token",
  revocationUrl: "https://api.login.yahoo.com/oauth2/revoke",
  introspectionUrl: "https://api.login.yahoo.com/oauth2/introspect",
  userinfoUrl: "https://api.login.yahoo.com/openid/v1/userinfo",
  jwksUrl: "https://api.login.yahoo.com/openid/v1/certs",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "static",
  apiOrigins: ["https://api.login.yahoo.com", "https://fantasysports.yahooapis.com"],
};

/**
 * An app of the Yahoo developer network. Nothing is sent. Its permissions are chosen there.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function yahoo(registration: PresetRegistration): OAuth2Config {
  return fromPreset(yahooPreset, registration);
}
