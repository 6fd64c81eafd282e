import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Todoist. */
export const todoistPreset: ProviderPreset = {
  provider: "todoist",
  displayName: "Todoist",
  docsUrl: "https://developer.todoist.com/api/v1/#tag/Authorization",
  checkedOn: "2026-11-26",
  // From Doist's own SDKs; the page itself could be compared only in copies.
  authUrl: "https://app.todoist.com/oauth/authorize",
  tokenUrl: "https://api.todoist.com/oauth/access_token",
  revocationUrl: "https://api.todoist.com/api/v1/revoke",
  userinfoUrl: "https://api.todoist.com/api/v1/user",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.todoist.com"],
  quirks: {
    scopeSeparator: ",",
    // As RFC 7009, but it knows access tokens alone and wants HTTP Basic.
    revocationRequest: { tokenType: "access_token", authorization: "client_secret_basic" },
    userinfoClaims: { subject: "id", email: "email", name: "full_name" },
  },
};

/** Scopes of Todoist's API. */
export type TodoistScope =
  | "task:add"
  | "data:read"
  | "data:read_write"
  | "data:delete"
  | "project:delete"
  | "backups:read";

/**
 * An app of Todoist's app console. Nothing is sent. Newer apps get tokens of an hour with a refresh
 * token, older ones tokens that do not end.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function todoist(registration: ScopedRegistration<TodoistScope>): OAuth2Config {
  return fromPreset(todoistPreset, registration);
}
