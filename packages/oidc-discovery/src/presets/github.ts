import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of GitHub: GitHub Apps and OAuth apps on github.com. */
export const githubPreset: ProviderPreset = {
  provider: "github",
  displayName: "GitHub",
  docsUrl:
    "https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app",
  checkedOn: "2026-11-23",
  issuer: "https://github.com/login/oauth",
  issParameterSupported: true,
  authUrl: "https://github.com/login/oauth/authorize",
  tokenUrl: "https://github.com/login/oauth/access_token",
  deviceAuthorizationUrl: "https://github.com/login/device/code",
  // Not RFC 7009 but the REST API, which ends the user's whole grant.
  revocationUrl: "https://api.github.com/applications/{clientId}/grant",
  userinfoUrl: "https://api.github.com/user",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.github.com", "https://uploads.github.com"],
  quirks: {
    // Sent with HTTP 200. Refresh tokens are good for one use; the spent one does not work again.
    terminalErrors: ["bad_refresh_token", "bad_verification_code"],
    revocationRequest: {
      method: "DELETE",
      tokenType: "access_token",
      authorization: "client_secret_basic",
      body: "json",
      tokenParameter: "access_token",
    },
    // The user's profile; people know each other by the login there.
    userinfoClaims: { subject: "id", email: "email", name: "login" },
  },
};

/** A scope of GitHub's, for OAuth apps; what a GitHub App may do is chosen where it is made. */
export type GithubScope =
  | "repo"
  | "repo:status"
  | "repo_deployment"
  | "public_repo"
  | "repo:invite"
  | "security_events"
  | "admin:repo_hook"
  | "write:repo_hook"
  | "read:repo_hook"
  | "admin:org"
  | "write:org"
  | "read:org"
  | "admin:public_key"
  | "write:public_key"
  | "read:public_key"
  | "gist"
  | "notifications"
  | "user"
  | "read:user"
  | "user:email"
  | "user:follow"
  | "project"
  | "read:project"
  | "delete_repo"
  | "write:packages"
  | "read:packages"
  | "delete:packages"
  | "codespace"
  | "workflow";

/**
 * A client of GitHub's, from the developer settings of an account or organization. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function github(registration: ScopedRegistration<GithubScope>): OAuth2Config {
  return fromPreset(githubPreset, registration);
}
