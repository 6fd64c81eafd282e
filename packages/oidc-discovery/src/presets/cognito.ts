import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Amazon Cognito's user pools. */
export const cognitoPreset: ProviderPreset = {
  provider: "cognito",
  displayName: "Amazon Cognito",
  docsUrl:
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  issuer: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
  authUrl: "https://{domain}/oauth2/authorize",
  tokenUrl: "https://{domain}/oauth2/token",
  revocationUrl: "https://{domain}/oauth2/revoke",
  userinfoUrl: "https://{domain}/oauth2/userInfo",
  jwksUrl: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}/.well-known/jwks.json",
  clientAuthentication: "client_secret_basic",
  // Rotation is a setting of the app client, with up to 60 seconds in which a spent one still works.
  refreshTokens: "static",
  apiOrigins: ["https://{domain}"],
  quirks: {
    // Ends the access tokens that came of it, too.
    revocationRequest: { tokenType: "refresh_token" },
  },
  variables: {
    domain: {
      description: "the user pool's domain, or a custom domain",
      example: "acme.auth.eu-central-1.amazoncognito.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}$/i,
    },
    region: {
      description: "the user pool's region",
      example: "eu-central-1",
      pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    },
    userPoolId: {
      description: "the user pool's id",
      example: "eu-central-1_AbCdEfGhI",
      pattern: /^[\w-]{1,55}$/,
    },
  },
};

/** One app client of a user pool. */
export interface CognitoOptions extends PresetRegistration {
  /** The user pool's domain, such as `acme.auth.eu-central-1.amazoncognito.com`, or a custom domain. */
  readonly domain: string;
  /** The user pool's id, such as `eu-central-1_AbCdEfGhI`. */
  readonly userPoolId: string;
  /** @defaultValue what stands before the `_` of `userPoolId` */
  readonly region?: string | undefined;
}

/**
 * An app client of an Amazon Cognito user pool. Nothing is sent. Give the origin of your API as one of
 * `apiOrigins`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function cognito(options: CognitoOptions): OAuth2Config {
  const {
    domain,
    userPoolId,
    region = `${userPoolId}`.split("_")[0] ?? "",
    ...registration
  } = options ?? {};
  return fromPreset(cognitoPreset, { ...registration, variables: { domain, region, userPoolId } });
}
