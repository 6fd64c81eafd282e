import { AccessToken, type AccountIdentity, type OAuth2Credentials, Secret } from "@rak-oauth/core";
import type { IDToken, TokenEndpointResponse } from "openid-client";
import { keepResourceToken, livingResourceTokens } from "./resource-tokens.js";
import { parseTokenType } from "./token-response.js";

/** A token endpoint's answer as openid-client gives it. */
export type GrantedTokens = TokenEndpointResponse & { claims(): IDToken | undefined };

/** What one token request was made for. */
export interface RequestContext {
  readonly scopes: readonly string[];
  /** What is refreshed; the answer is joined with it. */
  readonly previous?: OAuth2Credentials | undefined;
  /** The one resource that a refreshed token is for, beside the token for all. */
  readonly resource?: string | undefined;
  readonly keepIdToken: boolean;
}

/** What is known of an answer beside its own members. */
export interface AnswerContext extends RequestContext {
  /** When the request was sent, in milliseconds since the epoch; expiry counts from then. */
  readonly sentAt: number;
  /** The key that was shown, as it is kept. */
  readonly dpopKey?: Secret | undefined;
}

/** Joins an answer with what is kept from before. */
export function toCredentials(answer: GrantedTokens, context: AnswerContext): OAuth2Credentials {
  const { previous, resource, sentAt, dpopKey } = context;
  const lifetimeSeconds = answer.expires_in;
  const accessToken = new AccessToken(answer.access_token, {
    expiresAt:
      lifetimeSeconds === undefined ? undefined : new Date(sentAt + lifetimeSeconds * 1000),
    scopes: answer.scope?.split(" ") ?? context.scopes,
    tokenType: parseTokenType(answer.token_type),
    dpopKey,
  });
  const refreshToken =
    answer.refresh_token === undefined ? previous?.refreshToken : new Secret(answer.refresh_token);
  if (previous !== undefined && resource !== undefined) {
    const token = { resource, accessToken, lifetimeSeconds };
    const resourceTokens = keepResourceToken(previous.resourceTokens, token, sentAt);
    return { ...previous, refreshToken, resourceTokens };
  }
  return {
    accessToken,
    refreshToken,
    lifetimeSeconds,
    account: toAccount(context.keepIdToken ? answer.claims() : undefined) ?? previous?.account,
    ...(previous?.resourceTokens && {
      resourceTokens: livingResourceTokens(previous.resourceTokens, sentAt),
    }),
  };
}

function toAccount(claims: IDToken | undefined): AccountIdentity | undefined {
  if (claims === undefined) return undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    subject: claims.sub,
    email: text(claims["email"]),
    emailVerified:
      typeof claims["email_verified"] === "boolean" ? claims["email_verified"] : undefined,
    name: text(claims["name"]),
  };
}
