import { AccessToken, type AccountIdentity, type OAuth2Credentials, Secret } from "@rak-oauth/core";
import type { IDToken, TokenEndpointResponse } from "openid-client";

/** A token endpoint's answer as openid-client gives it. */
export type GrantedTokens = TokenEndpointResponse & { claims(): IDToken | undefined };

/** What one token request was made for. */
export interface RequestContext {
  readonly scopes: readonly string[];
  readonly previous?: OAuth2Credentials | undefined;
  readonly keepIdToken: boolean;
}

/** Joins an answer with what is kept from before; expiry counts from when the request was sent. */
export function toCredentials(
  answer: GrantedTokens,
  context: RequestContext,
  sentAt: number,
): OAuth2Credentials {
  const { previous } = context;
  const lifetimeSeconds = answer.expires_in;
  return {
    accessToken: new AccessToken(answer.access_token, {
      expiresAt:
        lifetimeSeconds === undefined ? undefined : new Date(sentAt + lifetimeSeconds * 1000),
      scopes: answer.scope?.split(" ") ?? context.scopes,
      tokenType: "Bearer",
    }),
    refreshToken:
      answer.refresh_token === undefined
        ? previous?.refreshToken
        : new Secret(answer.refresh_token),
    lifetimeSeconds,
    account: toAccount(context.keepIdToken ? answer.claims() : undefined) ?? previous?.account,
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
