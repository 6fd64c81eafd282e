import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  type AccessToken,
  type AuthorizationReason,
  isOAuth2Error,
  type NeedsUserAuthorizationError,
} from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";
import { startTogether } from "./start-together.js";
import type { TokenPresenter } from "./token-presenter.js";
import type { AuthorizedCall, ToolAuth } from "./tool-auth.js";
import { userOf } from "./tool-context.js";
import type { PendingAuthorizationResult } from "./tool-result.js";
import { untilAborted } from "./until-aborted.js";

/** What gives the tokens of one provider: a `TokenManager`, or less. */
export type TokenProvider = Pick<TokenManager, "config" | "getToken">;

/** What asks a user for consent: an `AuthorizationCodeFlow`, a `DeviceAuthorizationFlow`, or less. */
export type AuthorizationStarter = Pick<AuthorizationCodeFlow, "start">;

/** What the model is told to do where nobody makes the call for it. */
export const callAgain = "call the tool again when they are done.";

/** What the model is told to do with the link. */
const passLinkOn = "Give the user the link in auth_url";

/** What a pending result says, for the user's own eyes, and without what the model is told to do. */
export function messageForUser({ message, user_code }: PendingAuthorizationResult): string {
  const [request = message] = message.split(` ${passLinkOn}`, 1);
  return user_code === undefined ? request : `${request} Enter the code ${user_code} there.`;
}

/** Tokens that users gave, and how users are asked for them. */
export function asUser(
  tokens: TokenProvider,
  presenter: TokenPresenter,
  authorization: AuthorizationStarter,
  toolScopes: readonly string[],
): Pick<ToolAuth, "authorize" | "renew" | "widen"> {
  const { provider, displayName, quirks, scopes: configured } = tokens.config;

  async function start(
    { context, toolName, signal }: AuthorizedCall,
    reason: AuthorizationReason,
    wanted: readonly string[],
  ): Promise<PendingAuthorizationResult> {
    const subject = userOf(context, provider);
    const scopes = [...new Set([...wanted, ...toolScopes])];
    const started = startTogether(authorization, { ...subject, provider, scopes });
    // Who gives up leaves it to the others who share it.
    const { id, url, userCode, scopes: asked, expiresAt } = await untilAborted(started, signal);
    const given = userCode === undefined ? "" : " and the code in user_code";
    return {
      pending: true,
      message: `Authorization required: ${wordsFor[reason](displayName)} to use ${toolName}. ${passLinkOn}${given}, and ${callAgain}`,
      auth_url: url,
      ...(userCode !== undefined && { user_code: userCode }),
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
    const { userId, tenantId } = userOf(call.context, provider);
    const request = {
      userId,
      tenantId,
      scopes: toolScopes.length === 0 ? undefined : toolScopes,
      forceRefresh: refused,
      // Not made for those who need not wait.
      get signal() {
        return call.signal;
      },
    };
    try {
      return await tokens.getToken(request);
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
    async widen(call, { token }, missing) {
      const granted = token?.scopes ?? [];
      const wanted = missing.length > 0 ? missing : [...configured, ...toolScopes];
      // The user gave these already: asking again would only come back here.
      const isGranted = (scope: string) =>
        granted.includes(scope) || granted.includes(quirks.scopeAliases?.[scope] ?? scope);
      if (wanted.every(isGranted)) return undefined;
      return start(call, "scope", [...granted, ...missing]);
    },
  };
}

const wordsFor: Record<AuthorizationReason, (name: string) => string> = {
  connect: (name) => `connect ${name}`,
  scope: (name) => `allow more access to ${name}`,
  revoked: (name) => `connect ${name} again, because the access was revoked,`,
  expired: (name) => `connect ${name} again, because the access has expired,`,
};

function needsUser(error: unknown): error is NeedsUserAuthorizationError {
  return isOAuth2Error(error) && error.code === "needs_user_authorization";
}
