import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Keycloak, where it is served at the root of its host. */
export const keycloakPreset: ProviderPreset = {
  provider: "keycloak",
  displayName: "Keycloak",
  docsUrl: "https://www.keycloak.org/securing-apps/oidc-layers",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  issuer: "https://{host}/realms/{realm}",
  authUrl: "https://{host}/realms/{realm}/protocol/openid-connect/auth",
  tokenUrl: "https://{host}/realms/{realm}/protocol/openid-connect/token",
  deviceAuthorizationUrl: "https://{host}/realms/{realm}/protocol/openid-connect/auth/device",
  revocationUrl: "https://{host}/realms/{realm}/protocol/openid-connect/revoke",
  introspectionUrl: "https://{host}/realms/{realm}/protocol/openid-connect/token/introspect",
  userinfoUrl: "https://{host}/realms/{realm}/protocol/openid-connect/userinfo",
  jwksUrl: "https://{host}/realms/{realm}/protocol/openid-connect/certs",
  clientAuthentication: "client_secret_basic",
  // Without it, refresh tokens end with the user's session in the browser.
  offlineScopes: ["offline_access"],
  // Each answer has a new one, but the old one works on unless the realm revokes refresh tokens.
  refreshTokens: "static",
  apiOrigins: ["https://{host}"],
  variables: {
    host: {
      description: "a host name, with a port where it needs one",
      example: "login.example.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}(:\d{1,5})?$/i,
    },
    realm: {
      description: "the name of a realm",
      example: "acme",
      pattern: /^[\w.~-]*\w[\w.~-]*$/,
    },
  },
};

/** One client of a realm. */
export interface KeycloakOptions extends PresetRegistration {
  /** Where Keycloak is, such as `login.example.com`. Under another path, use `discover`. */
  readonly host: string;
  readonly realm: string;
}

/**
 * A client of a realm of Keycloak's. Nothing is sent. Give the origin of your API as one of
 * `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function keycloak(options: KeycloakOptions): OAuth2Config {
  const { host, realm, ...registration } = options ?? {};
  return fromPreset(keycloakPreset, { ...registration, variables: { host, realm } });
}
