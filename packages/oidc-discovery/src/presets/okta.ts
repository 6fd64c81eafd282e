import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Okta: custom authorization servers. */
export const oktaPreset: ProviderPreset = {
  provider: "okta",
  displayName: "Okta",
  docsUrl: "https://developer.okta.com/docs/guides/refresh-tokens/main/",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  issuer: "https://{domain}/oauth2/{authorizationServer}",
  authUrl: "https://{domain}/oauth2/{authorizationServer}/v1/authorize",
  tokenUrl: "https://{domain}/oauth2/{authorizationServer}/v1/token",
  deviceAuthorizationUrl: "https://{domain}/oauth2/{authorizationServer}/v1/device/authorize",
  revocationUrl: "https://{domain}/oauth2/{authorizationServer}/v1/revoke",
  introspectionUrl: "https://{domain}/oauth2/{authorizationServer}/v1/introspect",
  userinfoUrl: "https://{domain}/oauth2/{authorizationServer}/v1/userinfo",
  jwksUrl: "https://{domain}/oauth2/{authorizationServer}/v1/keys",
  clientAuthentication: "client_secret_basic",
  offlineScopes: ["offline_access"],
  // Rotation, and how long a spent one still works, are settings of the application.
  refreshTokens: "static",
  apiOrigins: ["https://{domain}"],
  variables: {
    domain: {
      description: "the org's domain, or a custom domain",
      example: "acme.okta.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}$/i,
    },
    authorizationServer: {
      description: "the id of an authorization server",
      example: "default",
      pattern: /^[\w-]{1,64}$/,
    },
  },
};

/** One application at Okta. */
export interface OktaOptions extends PresetRegistration {
  /** The org's domain, such as `acme.okta.com`, or a custom domain. */
  readonly domain: string;
  /**
   * The id of a custom authorization server, or `org` for the org's own, which alone gives tokens for
   * Okta's APIs. @defaultValue "default"
   */
  readonly authorizationServer?: string | undefined;
}

/**
 * An application of an Okta org. Nothing is sent. Give the origin of your API as one of `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function okta(options: OktaOptions): OAuth2Config {
  const { domain, authorizationServer = "default", ...registration } = options ?? {};
  const preset = authorizationServer === "org" ? orgPreset : oktaPreset;
  return fromPreset(preset, { ...registration, variables: { domain, authorizationServer } });
}

/** The org's own server: its issuer is the domain, its endpoints are the same without an id. */
const orgPreset: ProviderPreset = {
  ...oktaPreset,
  issuer: "https://{domain}",
  authUrl: "https://{domain}/oauth2/v1/authorize",
  tokenUrl: "https://{domain}/oauth2/v1/token",
  deviceAuthorizationUrl: "https://{domain}/oauth2/v1/device/authorize",
  revocationUrl: "https://{domain}/oauth2/v1/revoke",
  introspectionUrl: "https://{domain}/oauth2/v1/introspect",
  userinfoUrl: "https://{domain}/oauth2/v1/userinfo",
  jwksUrl: "https://{domain}/oauth2/v1/keys",
};
