import { X509Certificate } from "node:crypto";
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
  | "tls_client_auth"
  | "self_signed_tls_client_auth"
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
   * A "native" one may use any port of a loopback redirect URI (RFC 8252 §7.3).
   *
   * @defaultValue "web"
   */
  readonly applicationType?: "web" | "native" | undefined;
  /**
   * @defaultValue with redirect URIs, authorization code and refresh token; without, client
   * credentials
   */
  readonly grantTypes?: readonly AuthorizationServerGrantType[] | undefined;
  /** The two with certificates need a server with `tls`. @defaultValue "client_secret_basic" */
  readonly authentication?: ClientAuthenticationMethod | undefined;
  /** Public keys that verify the client's assertions, for "private_key_jwt". */
  readonly jwks?: JSONWebKeySet | undefined;
  /** Subject of the client's certificates, as in `CN=agent,O=Example`, for "tls_client_auth". */
  readonly certificateSubject?: string | undefined;
  /** The client's own certificate (PEM), for "self_signed_tls_client_auth". */
  readonly certificate?: string | undefined;
  /** Whether its access tokens are bound to its TLS certificate (RFC 8705). @defaultValue false */
  readonly certificateBoundAccessTokens?: boolean | undefined;
  /** Whether it must send DPoP proofs (RFC 9449). @defaultValue false */
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /** What its ID tokens are signed with; FAPI 2.0 knows no RS256. @defaultValue "RS256" */
  readonly idTokenAlgorithm?: "RS256" | "PS256" | undefined;
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
    application_type: client.applicationType ?? "web",
    grant_types: [...grantTypes],
    response_types: grantTypes.includes("authorization_code") ? ["code"] : [],
    token_endpoint_auth_method: client.authentication ?? "client_secret_basic",
    id_token_signed_response_alg: client.idTokenAlgorithm ?? "RS256",
    ...(jwks === undefined ? {} : { jwks: structuredClone(jwks) as AllClientMetadata["jwks"] }),
    ...certificateMetadata(client),
    ...(client.dpopBoundAccessTokens === true ? { dpop_bound_access_tokens: true } : {}),
  };
}

function defaultGrantTypes(
  redirectUris: readonly string[],
): readonly AuthorizationServerGrantType[] {
  return redirectUris.length > 0 ? ["authorization_code", "refresh_token"] : ["client_credentials"];
}

function certificateMetadata(client: AuthorizationServerClient): Partial<ClientMetadata> {
  return {
    ...(client.certificateSubject === undefined
      ? {}
      : { tls_client_auth_subject_dn: client.certificateSubject }),
    ...(client.certificate === undefined ? {} : { jwks: certificateKeys(client.certificate) }),
    ...(client.certificateBoundAccessTokens === true
      ? { tls_client_certificate_bound_access_tokens: true }
      : {}),
  };
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc8705.html#section-2.2.2} */
function certificateKeys(pem: string): AllClientMetadata["jwks"] {
  const certificate = new X509Certificate(pem);
  const key = certificate.publicKey.export({ format: "jwk" });
  return { keys: [{ ...key, x5c: [certificate.raw.toString("base64")] }] } as NonNullable<
    AllClientMetadata["jwks"]
  >;
}
