import type { ClientAuthentication, OAuth2Flow, Secret, SecurityProfile } from "@rak-oauth/core";

/** What a provider's console gives and asks for when an application is registered. */
export interface ClientRegistration {
  readonly clientId: string;
  /** Absent for public clients, and for those that prove themselves by a key. */
  readonly clientSecret?: string | Secret | undefined;
  /** The client's private key, as PKCS #8 PEM or as a JSON Web Key in JSON. */
  readonly clientPrivateKey?: string | Secret | undefined;
  /** Key identifier in client assertions. @defaultValue `kid` of a JSON Web Key */
  readonly clientKeyId?: string | undefined;
  /**
   * The certificate of `clientPrivateKey`, or a chain that begins with it, as PEM. The connection shows it
   * (RFC 8705), or, with `private_key_jwt`, client assertions name it (RFC 7515 §4.1.7, §4.1.8).
   */
  readonly clientCertificate?: string | undefined;
  /** Who vouches for the server's own certificate, as PEM. @defaultValue the authorities Node.js trusts */
  readonly certificateAuthority?: string | undefined;
  /** @defaultValue what the provider accepts of what there is; `"none"` without secret and key */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Where the provider sends the browser back to; needed for `authorization_code`. */
  readonly redirectUri?: string | undefined;
  /** @defaultValue none */
  readonly scopes?: readonly string[] | undefined;
  /** Resource indicators sent with every request (RFC 8707). @defaultValue none */
  readonly resources?: readonly string[] | undefined;
  /** Whether `clientPrivateKey` signs authorization requests (RFC 9101). @defaultValue false */
  readonly signAuthorizationRequests?: boolean | undefined;
  /** Whether tokens are bound to a key (DPoP, RFC 9449). @defaultValue false; what `profile` asks for */
  readonly useDpop?: boolean | undefined;
  /** A security profile to hold client and server to. @defaultValue none */
  readonly profile?: SecurityProfile | undefined;
  /** @defaultValue "authorization_code" */
  readonly flow?: OAuth2Flow | undefined;
  /** Origins that may receive the tokens, such as `https://api.example.com`. @defaultValue none */
  readonly apiOrigins?: readonly string[] | undefined;
}
