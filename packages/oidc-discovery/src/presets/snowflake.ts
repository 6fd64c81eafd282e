import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Snowflake: custom clients of one account. */
export const snowflakePreset: ProviderPreset = {
  provider: "snowflake",
  displayName: "Snowflake",
  docsUrl: "https://docs.snowflake.com/en/user-guide/oauth-custom",
  checkedOn: "2026-11-26",
  // Lifetimes and single use are from its pages; the endpoints also from another library.
  authUrl: "https://{account}.snowflakecomputing.com/oauth/authorize",
  tokenUrl: "https://{account}.snowflakecomputing.com/oauth/token-request",
  // No revocationUrl: an administrator takes a user's authorization away.
  clientAuthentication: "client_secret_basic",
  offlineScopes: ["refresh_token"],
  // Good for one use only where the security integration says so.
  refreshTokens: "static",
  apiOrigins: ["https://{account}.snowflakecomputing.com"],
  variables: {
    account: {
      description: "the account's identifier before .snowflakecomputing.com",
      example: "acme-marketing",
      pattern: /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+){0,3}$/,
    },
  },
};

/** A custom client of one account. */
export interface SnowflakeOptions extends PresetRegistration {
  /** The account's identifier, `acme-marketing` of `acme-marketing.snowflakecomputing.com`. */
  readonly account: string;
}

/**
 * A security integration for a custom client, of one Snowflake account. Nothing is sent. A role is asked
 * for by a scope such as `session:role:ANALYST`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function snowflake(options: SnowflakeOptions): OAuth2Config {
  const { account, ...registration } = options ?? {};
  return fromPreset(snowflakePreset, { ...registration, variables: { account } });
}
