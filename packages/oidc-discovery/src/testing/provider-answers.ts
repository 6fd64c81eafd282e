import type { AccountIdentity, TokenFailureKind } from "@rak-oauth/core";
import type { TokenEnd } from "@rak-oauth/token-manager";

/** One answer of a provider, as its documentation shows it. */
export interface ProviderAnswer {
  /** @defaultValue 200 */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A body in JSON. */
  readonly json?: unknown;
  /** A body as a form. */
  readonly form?: Readonly<Record<string, string>> | undefined;
}

/** An answer that gives tokens, and what has to be known afterwards. */
export interface GoodAnswer extends ProviderAnswer {
  /**
   * Claims of an ID token that is put into the answer, with this flow's nonce; for configurations with
   * an issuer and the scope `openid`. @defaultValue the answer holds none
   */
  readonly idTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  readonly gives: {
    readonly accessToken: string;
    /** The one that is held afterwards, also where the answer names none. @defaultValue none */
    readonly refreshToken?: string | undefined;
    /** Lifetime in seconds. @defaultValue unknown */
    readonly expiresInSeconds?: number | undefined;
    readonly scopes: readonly string[];
  };
}

/** A refusal, and how it has to be taken. */
export interface Refusal extends ProviderAnswer {
  /** Completes the sentence "takes … as", such as `a spent refresh token`. */
  readonly name: string;
  readonly kind: TokenFailureKind;
}

/** What a provider's documentation says it is asked for and answers with. */
export interface ProviderAnswers {
  /** The authorization request, but for what is of this client and this flow alone, and PKCE. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** To the code. */
  readonly granted: GoodAnswer;
  /** To a refresh token, or to a living token where those are exchanged. @defaultValue it has neither */
  readonly refreshed?: GoodAnswer | undefined;
  /** To a refresh token, or to a code where there is none. */
  readonly refusals: readonly Refusal[];
  /** The profile at `userinfoUrl`, and whom it names. @defaultValue it is not asked for */
  readonly account?: (ProviderAnswer & { readonly is: AccountIdentity }) | undefined;
  /** At `introspectionUrl`, about the access token. @defaultValue it tells nothing */
  readonly introspection?: ProviderAnswer | undefined;
  /** @defaultValue tokens cannot be revoked */
  readonly revocation?: RevocationAnswer | undefined;
}

/** What a provider is asked for when a user disconnects, and what comes of it. */
export interface RevocationAnswer extends ProviderAnswer {
  /** Each request: method, address and the members of its body, without the client's proof of itself. */
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly body: Readonly<Record<string, string>>;
    /** Scheme of the Authorization header. @defaultValue there is none */
    readonly authorization?: "Basic" | "Bearer" | undefined;
  }[];
  readonly accessToken: TokenEnd;
  readonly refreshToken: TokenEnd;
}
