import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Slack: apps that act as their bot. */
export const slackPreset: ProviderPreset = {
  provider: "slack",
  displayName: "Slack",
  docsUrl: "https://docs.slack.dev/authentication/installing-with-oauth",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://slack.com/oauth/v2/authorize",
  tokenUrl: "https://slack.com/api/oauth.v2.access",
  revocationUrl: "https://slack.com/api/auth.revoke",
  userinfoUrl: "https://slack.com/api/auth.test",
  clientAuthentication: "client_secret_basic",
  // Its parameters are for apps that were made public clients, which cannot be undone.
  usePkce: false,
  // Where the app has token rotation switched on; then access tokens live 12 hours, else for ever.
  refreshTokens: "rotating",
  apiOrigins: ["https://slack.com"],
  quirks: {
    scopeSeparator: ",",
    bearerTokenTypes: ["bot", "user"],
    // Sent with HTTP 200 and `ok: false`.
    terminalErrors: [
      "invalid_refresh_token",
      "token_revoked",
      "token_expired",
      "invalid_auth",
      "account_inactive",
    ],
    transientErrors: [
      "internal_error",
      "fatal_error",
      "request_timeout",
      "service_unavailable",
      "ratelimited",
    ],
    revocationRequest: { tokenType: "access_token", authorization: "token", body: "none" },
    userinfoRequest: { method: "POST" },
    userinfoClaims: { subject: "user_id", name: "user" },
  },
};

/** One app at Slack. */
export interface SlackOptions extends PresetRegistration {
  /**
   * As whom it acts: its bot, or the user who connects it. An app that does both has two configurations,
   * with names of their own, and their scopes are the bot's or the user's.
   *
   * @defaultValue "bot"
   */
  readonly actAs?: "bot" | "user" | undefined;
}

/**
 * An app of Slack's, from the page of one's apps. Nothing is sent. PKCE is on for an app without a
 * secret.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function slack(options: SlackOptions): OAuth2Config {
  const { actAs = "bot", ...registration } = options ?? {};
  const quirks = {
    ...slackPreset.quirks,
    ...(actAs === "user" && { scopeParameter: "user_scope", tokenMember: "authed_user" }),
  };
  const usePkce = registration.clientSecret === undefined;
  return fromPreset({ ...slackPreset, usePkce, quirks }, registration);
}
