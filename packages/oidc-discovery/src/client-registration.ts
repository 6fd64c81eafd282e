import type { ClientAuthentication, OAuth2Flow, Secret } from "@rak-oauth/core";

/** What a provider's console gives and asks for when an application is registered. */
export interface ClientRegistration {
  readonly clientId: string;
  /** Absent for public clients. */
  readonly clientSecret?: string | Secret | undefined;
  /** @defaultValue what the provider accepts; `"none"` without a secret */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Where the provider sends the browser back to; needed for `authorization_code`. */
  readonly redirectUri?: string | undefined;
  /** @defaultValue none */
  readonly scopes?: readonly string[] | undefined;
  /** @defaultValue "authorization_code" */
  readonly flow?: OAuth2Flow | undefined;
  /** Origins that may receive the tokens, such as `https://api.example.com`. @defaultValue none */
  readonly apiOrigins?: readonly string[] | undefined;
}
