import { z } from "zod";
import { seconds, strictObject, text } from "./config-schema.js";

/** Where a provider departs from the RFCs, as data. All optional: the RFCs are the default. */
export interface ProviderQuirks {
  /** What separates scopes on the wire. @defaultValue " " (RFC 6749 §3.3) */
  readonly scopeSeparator?: " " | "," | undefined;
  /** Further parameters of the authorization request, such as `access_type`. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined;
  /** Further parameters of every token request, such as `audience`. */
  readonly tokenParameters?: Readonly<Record<string, string>> | undefined;
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
   * Connect. @defaultValue `sub`, `email` and `name`
   */
  readonly userinfoClaims?:
    | {
        readonly subject: string;
        readonly email?: string | undefined;
        readonly name?: string | undefined;
      }
    | undefined;
  /** Whom a client assertion (RFC 7523 §3) is addressed to. @defaultValue "issuer" */
  readonly clientAssertionAudience?: "issuer" | "token_endpoint" | undefined;
  /**
   * Whether a JWT bearer assertion says everything itself: a public client's `client_id` (RFC 7521
   * §4.1) and the scopes are not sent beside it.
   */
  readonly assertionIdentifiesClient?: boolean | undefined;
}

const texts = z.record(text, z.string("must be a text"), "must be an object of texts");
const flag = z.boolean("must be true or false");

/** What {@link ProviderQuirks} may hold. */
export const quirksSchema: z.ZodType<ProviderQuirks> = strictObject({
  scopeSeparator: z.enum([" ", ","], { error: 'must be " " or ","' }).optional(),
  authorizationParameters: texts.optional(),
  tokenParameters: texts.optional(),
  defaultTokenType: text.optional(),
  defaultExpiresInSeconds: seconds.optional(),
  refreshReuseWindowSeconds: seconds.optional(),
  refreshTokenIdleSeconds: seconds.optional(),
  terminalErrors: z.array(text, "must be a list of error codes").optional(),
  omitScopeOnRefresh: flag.optional(),
  scopeAliases: texts.optional(),
  clientCredentialsGrantType: text.optional(),
  accessTokenExchange: strictObject({ grantType: text, tokenParameter: text }).optional(),
  userinfoClaims: strictObject({
    subject: text,
    email: text.optional(),
    name: text.optional(),
  }).optional(),
  clientAssertionAudience: z
    .enum(["issuer", "token_endpoint"], { error: 'must be "issuer" or "token_endpoint"' })
    .optional(),
  assertionIdentifiesClient: flag.optional(),
});
