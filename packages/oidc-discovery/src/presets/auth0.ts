import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Auth0. */
export const auth0Preset: ProviderPreset = {
  provider: "auth0",
  displayName: "Auth0",
  docsUrl: "https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  issuer: "https://{domain}/",
  authUrl: "https://{domain}/authorize",
  tokenUrl: "https://{domain}/oauth/token",
  deviceAuthorizationUrl: "https://{domain}/oauth/device/code",
  revocationUrl: "https://{domain}/oauth/revoke",
  userinfoUrl: "https://{domain}/userinfo",
  jwksUrl: "https://{domain}/.well-known/jwks.json",
  clientAuthentication: "client_secret_post",
  offlineScopes: ["offline_access"],
  // By a setting of the application, as is how long a spent one still works (none by default).
  refreshTokens: "rotating",
  apiOrigins: ["https://{domain}"],
  quirks: {
    revocationRequest: { tokenType: "refresh_token" },
  },
  variables: {
    domain: {
      description: "the domain on the application's page, or a custom domain",
      example: "acme.eu.auth0.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}$/i,
    },
  },
};

/** One application at Auth0. */
export interface Auth0Options extends PresetRegistration {
  /** The domain on the application's page, such as `acme.eu.auth0.com`, or a custom domain. */
  readonly domain: string;
  /** The API the tokens are for. @defaultValue the tenant's default, else UserInfo alone */
  readonly audience?: string | undefined;
}

/**
 * An application of an Auth0 tenant. Nothing is sent. Give the origin of your API as one of
 * `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function auth0(options: Auth0Options): OAuth2Config {
  const { domain, audience, ...registration } = options ?? {};
  const quirks = {
    ...auth0Preset.quirks,
    ...(audience !== undefined && {
      authorizationParameters: { audience },
      tokenParameters: { audience },
    }),
  };
  return fromPreset({ ...auth0Preset, quirks }, { ...registration, variables: { domain } });
}
