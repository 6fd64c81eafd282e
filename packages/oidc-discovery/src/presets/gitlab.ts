import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of GitLab, on gitlab.com and elsewhere. */
export const gitlabPreset: ProviderPreset = {
  provider: "gitlab",
  displayName: "GitLab",
  docsUrl: "https://docs.gitlab.com/api/oauth2/",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  issuer: "https://{host}",
  authUrl: "https://{host}/oauth/authorize",
  tokenUrl: "https://{host}/oauth/token",
  deviceAuthorizationUrl: "https://{host}/oauth/authorize_device",
  revocationUrl: "https://{host}/oauth/revoke",
  introspectionUrl: "https://{host}/oauth/introspect",
  userinfoUrl: "https://{host}/oauth/userinfo",
  jwksUrl: "https://{host}/oauth/discovery/keys",
  clientAuthentication: "client_secret_post",
  // A refresh also ends the access token that is still in use.
  refreshTokens: "rotating",
  apiOrigins: ["https://{host}"],
  variables: {
    host: {
      description: "a host name, with a port where it needs one",
      example: "gitlab.example.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}(:\d{1,5})?$/i,
    },
  },
};

/** A scope of GitLab's. */
export type GitlabScope =
  | "api"
  | "read_api"
  | "read_user"
  | "read_repository"
  | "write_repository"
  | "read_registry"
  | "write_registry"
  | "create_runner"
  | "manage_runner"
  | "k8s_proxy"
  | "openid"
  | "profile"
  | "email";

/** One application at GitLab. */
export interface GitlabOptions extends ScopedRegistration<GitlabScope> {
  /** Where a GitLab of one's own is. @defaultValue "gitlab.com" */
  readonly host?: string | undefined;
}

/**
 * An application of GitLab's, from the settings of a user, a group or the whole instance. Nothing is
 * sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function gitlab(options: GitlabOptions): OAuth2Config {
  const { host = "gitlab.com", ...registration } = options ?? {};
  return fromPreset(gitlabPreset, { ...registration, variables: { host } });
}
