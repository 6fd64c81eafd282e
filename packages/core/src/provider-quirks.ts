import { z } from "zod";
import { oneOf, seconds, strictObject, text, url } from "./config-schema.js";

/** Where a provider departs from the RFCs, as data. All optional: the RFCs are the default. */
export interface ProviderQuirks {
  /** Name of the authorization request's scopes. @defaultValue "scope" (RFC 6749 §3.3) */
  readonly scopeParameter?: string | undefined;
  /** What separates scopes on the wire. @defaultValue " " (RFC 6749 §3.3) */
  readonly scopeSeparator?: " " | "," | undefined;
  /** Further parameters of the authorization request, such as `access_type`. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined;
  /** Further parameters of every token request, such as `audience`. */
  readonly tokenParameters?: Readonly<Record<string, string>> | undefined;
  /**
   * Where refresh tokens are sent, if not to the token endpoint.
   *
   * @defaultValue the configuration's `tokenUrl`
   */
  readonly refreshUrl?: string | undefined;
  /**
   * Member of a token answer that holds the tokens, where it does: `authed_user`, or `data.0` for the
   * first of a list. @defaultValue the answer itself
   */
  readonly tokenMember?: string | undefined;
  /**
   * Member of a refusal that holds its error code: `errors.0.resource` is `resource` in the first of
   * `errors`. @defaultValue "error" (RFC 6749 §5.2), or `code` in it
   */
  readonly errorMember?: string | undefined;
  /** What the provider calls the type of its bearer tokens beside `Bearer`, such as `bot`. */
  readonly bearerTokenTypes?: readonly string[] | undefined;
  /** Type of a token whose answer names none. Without it such an answer is refused. */
  readonly defaultTokenType?: string | undefined;
  /** Lifetime in seconds of a token whose answer names none. Without it, it stays unknown. */
  readonly defaultExpiresInSeconds?: number | undefined;
  /** How long a spent refresh token still works, in seconds. @defaultValue 0 */
  readonly refreshReuseWindowSeconds?: number | undefined;
  /**
   * How long a refresh token lives without being used, in seconds. Sweepers use it in time.
   *
   * @defaultValue it does not die of idleness
   */
  readonly refreshTokenIdleSeconds?: number | undefined;
  /** Error codes that mean the grant is dead, beside `invalid_grant` (RFC 6749 §5.2). */
  readonly terminalErrors?: readonly string[] | undefined;
  /** Error codes that mean trouble at the provider, beside OAuth's own (RFC 6749 §4.1.2.1). */
  readonly transientErrors?: readonly string[] | undefined;
  /** Whether the scope parameter is left out when refreshing. @defaultValue true */
  readonly omitScopeOnRefresh?: boolean | undefined;
  /** Scopes that the provider grants under another name: what is asked for, to what is granted. */
  readonly scopeAliases?: Readonly<Record<string, string>> | undefined;
  /** The `grant_type` of a client's own token. @defaultValue "client_credentials" (RFC 6749 §4.4) */
  readonly clientCredentialsGrantType?: string | undefined;
  /**
   * There are no refresh tokens: an access token that still lives is exchanged for a newer one, by
   * this `grant_type` and with the token in this parameter.
   */
  readonly accessTokenExchange?:
    | { readonly grantType: string; readonly tokenParameter: string }
    | undefined;
  /**
   * Fields of the UserInfo answer that name an account, where the provider does not speak OpenID
   * Connect; `data.id` is the field `id` in `data`. @defaultValue `sub`, `email` and `name`
   */
  readonly userinfoClaims?:
    | {
        readonly subject: string;
        readonly email?: string | undefined;
        readonly name?: string | undefined;
      }
    | undefined;
  /** How the UserInfo endpoint is asked, together with `userinfoClaims`. @defaultValue by GET */
  readonly userinfoRequest?: UserinfoRequest | undefined;
  /** How a token is revoked at `revocationUrl`. @defaultValue as RFC 7009 has it */
  readonly revocationRequest?: RevocationRequest | undefined;
  /** Whom a client assertion (RFC 7523 §3) is addressed to. @defaultValue "issuer" */
  readonly clientAssertionAudience?: "issuer" | "token_endpoint" | undefined;
  /**
   * Whether a JWT bearer assertion says everything itself: a public client's `client_id` (RFC 7521
   * §4.1) and the scopes are not sent beside it.
   */
  readonly assertionIdentifiesClient?: boolean | undefined;
}

/** A request for the user's profile that is not OpenID Connect's; the token is its bearer token. */
export interface UserinfoRequest {
  /** @defaultValue "GET" */
  readonly method?: "GET" | "POST" | undefined;
  /** Further headers, such as the version of the API. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A body in JSON, such as a GraphQL query. @defaultValue none */
  readonly body?: string | undefined;
}

/** A request that revokes a token and is not RFC 7009's. */
export interface RevocationRequest {
  /** @defaultValue "POST" */
  readonly method?: "POST" | "DELETE" | undefined;
  /** The only kind of token it takes. @defaultValue both */
  readonly tokenType?: "access_token" | "refresh_token" | undefined;
  /**
   * Who authorizes it: the client as at the token endpoint, the client by HTTP Basic, or the token
   * itself as a bearer token.
   *
   * @defaultValue "client"
   */
  readonly authorization?: "client" | "client_secret_basic" | "token" | undefined;
  /** What is sent. @defaultValue "form" */
  readonly body?: "form" | "json" | "none" | undefined;
  /** Name of the token in the body. @defaultValue "token" */
  readonly tokenParameter?: string | undefined;
  /** Further headers, such as the version of the API. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const texts = z.record(text, z.string("must be a text"), "must be an object of texts");
const flag = z.boolean("must be true or false");

/** What {@link ProviderQuirks} may hold. */
export const quirksSchema: z.ZodType<ProviderQuirks> = strictObject({
  scopeParameter: text.optional(),
  scopeSeparator: oneOf(" ", ",").optional(),
  authorizationParameters: texts.optional(),
  tokenParameters: texts.optional(),
  refreshUrl: url.optional(),
  tokenMember: text.optional(),
  errorMember: text.optional(),
  bearerTokenTypes: z.array(text, "must be a list of token types").optional(),
  defaultTokenType: text.optional(),
  defaultExpiresInSeconds: seconds.optional(),
  refreshReuseWindowSeconds: seconds.optional(),
  refreshTokenIdleSeconds: seconds.optional(),
  terminalErrors: z.array(text, "must be a list of error codes").optional(),
  transientErrors: z.array(text, "must be a list of error codes").optional(),
  omitScopeOnRefresh: flag.optional(),
  scopeAliases: texts.optional(),
  clientCredentialsGrantType: text.optional(),
  accessTokenExchange: strictObject({ grantType: text, tokenParameter: text }).optional(),
  userinfoClaims: strictObject({
    subject: text,
    email: text.optional(),
    name: text.optional(),
  }).optional(),
  userinfoRequest: strictObject({
    method: oneOf("GET", "POST").optional(),
    headers: texts.optional(),
    body: text.optional(),
  }).optional(),
  revocationRequest: strictObject({
    method: oneOf("POST", "DELETE").optional(),
    tokenType: oneOf("access_token", "refresh_token").optional(),
    authorization: oneOf("client", "client_secret_basic", "token").optional(),
    body: oneOf("form", "json", "none").optional(),
    tokenParameter: text.optional(),
    headers: texts.optional(),
  }).optional(),
  clientAssertionAudience: oneOf("issuer", "token_endpoint").optional(),
  assertionIdentifiesClient: flag.optional(),
});
