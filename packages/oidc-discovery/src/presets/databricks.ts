import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Databricks: apps that act for users of one workspace. */
export const databricksPreset: ProviderPreset = {
  provider: "databricks",
  displayName: "Databricks",
  docsUrl: "https://docs.databricks.com/aws/en/dev-tools/auth/oauth-u2m",
  checkedOn: "2026-11-26",
  authUrl: "https://{host}/oidc/v1/authorize",
  tokenUrl: "https://{host}/oidc/v1/token",
  // No revocationUrl is documented: tokens end by the lifetimes of the app connection.
  userinfoUrl: "https://{host}/api/2.0/preview/scim/v2/Me",
  clientAuthentication: "client_secret_basic",
  offlineScopes: ["offline_access"],
  // Good for one use only where the app connection says so.
  refreshTokens: "static",
  apiOrigins: ["https://{host}"],
  quirks: { userinfoClaims: { subject: "id", email: "userName", name: "displayName" } },
  variables: {
    host: {
      description: "the host of a workspace",
      example: "dbc-a1b2345c-d6e7.cloud.databricks.com",
      pattern:
        /^[a-z0-9-]+(\.[a-z0-9-]+)?\.(cloud\.databricks\.com|gcp\.databricks\.com|azuredatabricks\.net)$/,
    },
  },
};

/** An app connection, at one workspace. */
export interface DatabricksOptions extends PresetRegistration {
  /** The workspace's host, such as `dbc-a1b2345c-d6e7.cloud.databricks.com`. */
  readonly host: string;
}

/**
 * An app connection of the Databricks account console, at one workspace. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function databricks(options: DatabricksOptions): OAuth2Config {
  const { host, ...registration } = options ?? {};
  return fromPreset(databricksPreset, { ...registration, variables: { host } });
}
