import type { AuthorizationCodeFlow, StartedAuthorization } from "@rak-oauth/auth-code-flow";
import {
  type AccessToken,
  type AuthorizationReason,
  ConfigurationError,
  credentialId,
  isOAuth2Error,
  MissingUserIdError,
  type NeedsUserAuthorizationError,
} from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";
import { authorizationHeader, TokenPresenter } from "./token-presenter.js";
import type { AuthorizedCall, ToolAuth } from "./tool-auth.js";
import type { PendingAuthorizationResult } from "./tool-result.js";

/** What gives the tokens of one provider: a `TokenManager`, or less. */
export type TokenProvider = Pick<TokenManager, "config" | "getToken">;

/** What asks a user for consent: an `AuthorizationCodeFlow`, or less. */
export type AuthorizationStarter = Pick<AuthorizationCodeFlow, "start">;

/** Options of {@link oauth2}. */
export interface OAuth2AuthOptions {
  readonly tokens: TokenProvider;
  /**
   * With it the tool acts as the user of
   * its context; without it as the application itself, by client credentials.
   */
  readonly authorization?: AuthorizationStarter | undefined;
  /** Scopes the tool needs beside those of the configuration. @defaultValue none */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Authorization by an OAuth 2.0 access token: of the user in the context, or of the application.
 * The token goes to the configuration's `apiOrigins` and nowhere else.
 *
 * A token that is bound to a key goes with a proof that the key is here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 * @throws ConfigurationError when the flow of the configuration does not fit.
 */
export function oauth2(options: OAuth2AuthOptions): ToolAuth {
  const { tokens, authorization } = options;
  const { config } = tokens;
  const forApplication = config.flow === "client_credentials";
  if (authorization === undefined && !forApplication) {
    throw new ConfigurationError(
      `oauth2 for "${config.provider}": flow is "${config.flow}", whose tokens belong to users, and authorization is missing. Give an AuthorizationCodeFlow, or use a configuration with flow "client_credentials".`,
    );
  }
  if (authorization !== undefined && forApplication) {
    throw new ConfigurationError(
      `oauth2 for "${config.provider}": flow is "client_credentials", whose token belongs to the application, and authorization is given. Remove authorization, or use a configuration with flow "authorization_code".`,
    );
  }
  const shared = {
    carriers: [authorizationHeader],
    origins: config.apiOrigins,
    allowInsecureLoopback: config.allowInsecureLoopback,
  };
  const presenter = new TokenPresenter(config.provider);
  return authorization === undefined
    ? { ...shared, ...asApplication(tokens, presenter) }
    : { ...shared, ...asUser(tokens, presenter, authorization, options.scopes ?? []) };
}

type Authorizing = Pick<ToolAuth, "authorize" | "renew" | "widen">;

function asApplication(tokens: TokenProvider, presenter: TokenPresenter): Authorizing {
  return {
    authorize: async ({ signal }) => presenter.present(await tokens.getToken({ signal })),
    renew: async ({ signal }, { token }) =>
      presenter.presentOther(await tokens.getToken({ signal, forceRefresh: token }), token),
  };
}

function asUser(
  tokens: TokenProvider,
  presenter: TokenPresenter,
  authorization: AuthorizationStarter,
  toolScopes: readonly string[],
): Authorizing {
  const { provider, displayName } = tokens.config;
  const starting = new Map<string, Promise<StartedAuthorization>>();

  /** Calls that run at the same time and want the same share one request. */
  async function start(
    { context, toolName }: AuthorizedCall,
    reason: AuthorizationReason,
    wanted: readonly string[],
  ): Promise<PendingAuthorizationResult> {
    const subject = userOf(context, provider);
    const scopes = [...new Set([...wanted, ...toolScopes])];
    const wish = [credentialId({ ...subject, provider }), ...scopes.toSorted()].join(" ");
    let started = starting.get(wish);
    if (started === undefined) {
      started = authorization
        .start({ ...subject, provider, scopes })
        .finally(() => starting.delete(wish));
      starting.set(wish, started);
    }
    const { id, url, scopes: asked, expiresAt } = await started;
    return {
      pending: true,
      message: `Authorization required: ${wordsFor[reason](displayName)} to use ${toolName}. Give the user the link in auth_url, and call the tool again when they are done.`,
      auth_url: url,
      auth_request_id: id,
      provider,
      scopes: asked,
      reason,
      expires_at: expiresAt.toISOString(),
    };
  }

  async function tokenOrPending(
    call: AuthorizedCall,
    refused?: AccessToken,
  ): Promise<AccessToken | PendingAuthorizationResult> {
    const subject = userOf(call.context, provider);
    try {
      return await tokens.getToken({ ...subject, signal: call.signal, forceRefresh: refused });
    } catch (error) {
      if (!needsUser(error)) throw error;
      return start(call, error.reason, error.scopes);
    }
  }

  return {
    async authorize(call) {
      const answer = await tokenOrPending(call);
      return "pending" in answer ? answer : presenter.present(answer);
    },
    async renew(call, { token }) {
      const answer = await tokenOrPending(call, token);
      return "pending" in answer ? answer : presenter.presentOther(answer, token);
    },
    async widen(call, { token }, scopes) {
      const granted = token?.scopes ?? [];
      // The user gave these already: asking again would only come back here.
      if (scopes.length > 0 && scopes.every((scope) => granted.includes(scope))) return undefined;
      return start(call, "scope", [...granted, ...scopes]);
    },
  };
}

const wordsFor: Record<AuthorizationReason, (name: string) => string> = {
  connect: (name) => `connect ${name}`,
  scope: (name) => `allow more access to ${name}`,
  revoked: (name) => `connect ${name} again, because the access was revoked,`,
  expired: (name) => `connect ${name} again, because the access has expired,`,
};

/** Never another's credential: without a user there is nothing to call with. */
function userOf(
  context: AuthorizedCall["context"],
  provider: string,
): { readonly userId: string; readonly tenantId?: string } {
  const { userId, tenantId } = context;
  if (typeof userId !== "string" || userId === "") {
    throw new MissingUserIdError(
      `The tool acts as a user at ${provider}, and its context names none. Pass execute(params, { userId }).`,
    );
  }
  return tenantId === undefined ? { userId } : { userId, tenantId };
}

function needsUser(error: unknown): error is NeedsUserAuthorizationError {
  return isOAuth2Error(error) && error.code === "needs_user_authorization";
}
