import type { AccessToken } from "@rak-oauth/core";

/** What a caller may ask of a token. */
export interface GetTokenOptions {
  /** Ends this caller's waiting; a refresh already on its way runs on for the others. */
  readonly signal?: AbortSignal | undefined;
  /** The token has to be good for at least this long, in seconds. @defaultValue 0 */
  readonly minValidSeconds?: number | undefined;
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
