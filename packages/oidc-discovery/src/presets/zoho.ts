import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Zoho, in one of its data centers. */
export const zohoPreset: ProviderPreset = {
  provider: "zoho",
  displayName: "Zoho",
  docsUrl: "https://www.zoho.com/accounts/protocol/oauth/web-server-applications.html",
  checkedOn: "2026-11-26",
  authUrl: "https://accounts.zoho.{domain}/oauth/v2/auth",
  tokenUrl: "https://accounts.zoho.{domain}/oauth/v2/token",
  revocationUrl: "https://accounts.zoho.{domain}/oauth/v2/token/revoke",
  userinfoUrl: "https://accounts.zoho.{domain}/oauth/user/info",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://www.zohoapis.{domain}"],
  quirks: {
    scopeSeparator: ",",
    // Without both, only the very first consent gives a refresh token.
    authorizationParameters: { access_type: "offline", prompt: "consent" },
    // Sent with HTTP 200, for codes and refresh tokens alike.
    terminalErrors: ["invalid_code"],
    revocationRequest: { tokenType: "refresh_token" },
    userinfoClaims: { subject: "ZUID", email: "Email", name: "Display_Name" },
  },
  variables: {
    domain: {
      description: "the end of the data center's domain",
      example: "com",
      pattern: /^(com|eu|in|jp|sa|uk|com\.au|com\.cn)$/,
    },
  },
};

/** A client of the API console, for accounts of one data center. */
export interface ZohoOptions extends PresetRegistration {
  /**
   * End of the data center's domain: `com`, `eu`, `in`, `jp`, `sa`, `uk`, `com.au` or `com.cn`.
   *
   * @defaultValue "com"
   */
  readonly domain?: string | undefined;
}

/**
 * A client of Zoho's API console, for accounts of one data center. Nothing is sent. The name of the
 * account needs the scope `AaaServer.profile.READ`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function zoho(options: ZohoOptions): OAuth2Config {
  const { domain = "com", ...registration } = options ?? {};
  return fromPreset(zohoPreset, { ...registration, variables: { domain } });
}
