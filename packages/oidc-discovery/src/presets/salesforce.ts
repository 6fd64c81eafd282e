import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Salesforce. */
export const salesforcePreset: ProviderPreset = {
  provider: "salesforce",
  displayName: "Salesforce",
  docsUrl:
    "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  // No issuer: ID tokens name the host where the user signed in, which need not be this one.
  authUrl: "https://{host}/services/oauth2/authorize",
  tokenUrl: "https://{host}/services/oauth2/token",
  revocationUrl: "https://{host}/services/oauth2/revoke",
  // Answers name no lifetime: it is the session timeout of the org.
  introspectionUrl: "https://{host}/services/oauth2/introspect",
  userinfoUrl: "https://{host}/services/oauth2/userinfo",
  clientAuthentication: "client_secret_post",
  offlineScopes: ["refresh_token"],
  // Rotation is a choice of the app.
  refreshTokens: "static",
  apiOrigins: ["https://{host}"],
  variables: {
    host: {
      description: "a host name of Salesforce's",
      example: "acme.my.salesforce.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}$/i,
    },
  },
};

/** One connected app or external client app at Salesforce. */
export interface SalesforceOptions extends PresetRegistration {
  /**
   * The org's My Domain, where its API is too. With `login.salesforce.com` or `test.salesforce.com`
   * users of every org sign in, and the API's host is given as one of `apiOrigins`.
   *
   * @defaultValue "login.salesforce.com"
   */
  readonly host?: string | undefined;
}

/**
 * An app of Salesforce's, from the setup of an org. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function salesforce(options: SalesforceOptions): OAuth2Config {
  const { host = "login.salesforce.com", ...registration } = options ?? {};
  return fromPreset(salesforcePreset, { ...registration, variables: { host } });
}
