import type { AccessToken } from "@rak-oauth/core";

/** What a caller may ask of a token. */
export interface GetTokenOptions {
  /** Ends this caller's waiting; a refresh already on its way runs on for the others. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The token has to be good for at least this long, in seconds. More than nine tenths of a token's
   * lifetime is never waited for: no refresh could give it.
   *
   * @defaultValue 0
   */
  readonly minValidSeconds?: number | undefined;
  /**
   * Scopes the token must have. Where the user gave fewer, the user is asked; a token that is asked
   * for on demand, such as the application's own, is asked for with just these.
   *
   * @defaultValue those of the configuration, unchecked
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * The one resource the token is to be good for, as an absolute URL (RFC 8707).
   *
   * @defaultValue those of the configuration
   */
  readonly resource?: string | undefined;
  /**
   * Asks for another token than the stored one. Give the access token that the API refused with
   * 401: if a newer one is stored already, that one is returned and nothing is refreshed.
   */
  readonly forceRefresh?: boolean | AccessToken | undefined;
}

/** Gives access tokens for one user, or for the application: all a tool needs. */
export interface TokenSource {
  /**
   * A token that can be used now.
   *
   * @throws NeedsUserAuthorizationError when the user has to give consent in the browser.
   * @throws TokenRequestError when the provider could not be asked, or refused for another reason.
   */
  getToken(options?: GetTokenOptions): Promise<AccessToken>;
}
