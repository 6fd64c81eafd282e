import type { JSONWebKeySet } from "jose";
import type { AllClientMetadata, ClientMetadata } from "oidc-provider";

/** A grant type that the authorization server knows, by its name at the token endpoint. */
export type AuthorizationServerGrantType =
  | "authorization_code"
  | "refresh_token"
  | "client_credentials"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "urn:ietf:params:oauth:grant-type:token-exchange"
  | "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** How a client authenticates, by its name in client registration. */
export type ClientAuthenticationMethod =
  | "client_secret_basic"
  | "client_secret_post"
  | "client_secret_jwt"
  | "private_key_jwt"
  | "none";

/** A client registration at the authorization server. */
export interface AuthorizationServerClient {
  readonly clientId: string;
  /** Needed where `authentication` is named after it. */
  readonly clientSecret?: string | undefined;
  /** What the consent page calls it. @defaultValue `clientId` */
  readonly name?: string | undefined;
  readonly redirectUris?: readonly string[] | undefined;
  /**
   * @defaultValue with redirect URIs, authorization code and refresh token; without, client
   * credentials
   */
  readonly grantTypes?: readonly AuthorizationServerGrantType[] | undefined;
  /** @defaultValue "client_secret_basic" */
  readonly authentication?: ClientAuthenticationMethod | undefined;
  /** Public keys that verify the client's assertions, for "private_key_jwt". */
  readonly jwks?: JSONWebKeySet | undefined;
  /** Whether it must send DPoP proofs (RFC 9449). @defaultValue false */
  readonly dpopBoundAccessTokens?: boolean | undefined;
}

/** A registration in the words of the specification. */
export function clientMetadata(client: AuthorizationServerClient): ClientMetadata {
  const { clientId, clientSecret, name = clientId, redirectUris = [], jwks } = client;
  const grantTypes = client.grantTypes ?? defaultGrantTypes(redirectUris);
  return {
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    client_name: name,
    redirect_uris: [...redirectUris],
    grant_types: [...grantTypes],
    response_types: grantTypes.includes("authorization_code") ? ["code"] : [],
    token_endpoint_auth_method: client.authentication ?? "client_secret_basic",
    ...(jwks === undefined ? {} : { jwks: structuredClone(jwks) as AllClientMetadata["jwks"] }),
    ...(client.dpopBoundAccessTokens === true ? { dpop_bound_access_tokens: true } : {}),
  };
}

function defaultGrantTypes(
  redirectUris: readonly string[],
): readonly AuthorizationServerGrantType[] {
  return redirectUris.length > 0 ? ["authorization_code", "refresh_token"] : ["client_credentials"];
}
