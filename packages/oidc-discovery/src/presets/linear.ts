import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Linear. */
export const linearPreset: ProviderPreset = {
  provider: "linear",
  displayName: "Linear",
  docsUrl: "https://linear.app/developers/oauth-2-0-authentication",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://linear.app/oauth/authorize",
  tokenUrl: "https://api.linear.app/oauth/token",
  revocationUrl: "https://api.linear.app/oauth/revoke",
  userinfoUrl: "https://api.linear.app/graphql",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.linear.app"],
  quirks: {
    scopeSeparator: ",",
    revocationRequest: { tokenType: "access_token", authorization: "token", body: "none" },
    userinfoRequest: { method: "POST", body: '{"query":"{ viewer { id name email } }"}' },
    userinfoClaims: {
      subject: "data.viewer.id",
      email: "data.viewer.email",
      name: "data.viewer.name",
    },
  },
};

/** A scope of Linear's API. */
export type LinearScope =
  | "read"
  | "write"
  | "issues:create"
  | "comments:create"
  | "timeSchedule:write"
  | "admin"
  | "app:assignable"
  | "app:mentionable";

/**
 * An OAuth2 application, from the API settings of a Linear workspace. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function linear(registration: ScopedRegistration<LinearScope>): OAuth2Config {
  return fromPreset(linearPreset, registration);
}
