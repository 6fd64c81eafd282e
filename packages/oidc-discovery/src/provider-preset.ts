import type { ClientAuthentication, ProviderQuirks } from "@rak-oauth/core";

/**
 * What is known of a provider, as data. Addresses, origins and quirks may hold `{name}` for each of
 * `variables`, and `{clientId}`.
 */
export interface ProviderPreset {
  /** Short name in keys and results, such as `google`. */
  readonly provider: string;
  /** Name shown to people. */
  readonly displayName: string;
  /** The provider's own documentation of what is here. */
  readonly docsUrl: string;
  /** Day this was last compared with the documentation, as `YYYY-MM-DD`. */
  readonly checkedOn: string;
  readonly issuer?: string | undefined;
  readonly authUrl: string;
  /** Pushed authorization request endpoint (RFC 9126). */
  readonly pushedAuthorizationUrl?: string | undefined;
  readonly tokenUrl: string;
  /** Device authorization endpoint (RFC 8628). */
  readonly deviceAuthorizationUrl?: string | undefined;
  /** Revocation endpoint (RFC 7009). */
  readonly revocationUrl?: string | undefined;
  /** Introspection endpoint (RFC 7662). */
  readonly introspectionUrl?: string | undefined;
  /** UserInfo endpoint (OpenID Connect Core §5.3). */
  readonly userinfoUrl?: string | undefined;
  readonly jwksUrl?: string | undefined;
  /** How a client with a secret proves itself. */
  readonly clientAuthentication: Exclude<ClientAuthentication, "none">;
  /** Whether the server promises `iss` on every authorization response (RFC 9207). @defaultValue false */
  readonly issParameterSupported?: boolean | undefined;
  /** Scopes that a user's authorization needs to be given a refresh token. @defaultValue none */
  readonly offlineScopes?: readonly string[] | undefined;
  /** Whether PKCE protects the code; `false` only where the provider refuses it. @defaultValue true */
  readonly usePkce?: boolean | undefined;
  /**
   * What becomes of a refresh token that is used: `rotating` ones are replaced and good for one use,
   * but for `quirks.refreshReuseWindowSeconds`; `static` ones stay; `none` are given. It is for people.
   */
  readonly refreshTokens: RefreshTokens;
  /** Origins of the provider's own APIs; its tokens go nowhere else. */
  readonly apiOrigins: readonly string[];
  /** @defaultValue none: the provider follows the RFCs */
  readonly quirks?: ProviderQuirks | undefined;
  /** Parts of the addresses that differ between customers. @defaultValue none */
  readonly variables?: Readonly<Record<string, PresetVariable>> | undefined;
}

/** What becomes of a provider's refresh token that is used. */
export type RefreshTokens = "rotating" | "static" | "none";

/** A part of a preset's addresses that the application has to know. */
export interface PresetVariable {
  /** Completes the sentence "… must be", such as `a tenant id`. */
  readonly description: string;
  /** A value as it may be. */
  readonly example: string;
  /** What a value looks like; it must let nothing through that changes the rest of an address. */
  readonly pattern: RegExp;
}
