import {
  type ClientAuthentication,
  defineOAuth2Config,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2ConfigInput,
  type OAuth2Error,
  showsCertificate,
} from "@rak-oauth/core";
import type { ClientRegistration } from "./client-registration.js";
import type { ServerMetadata } from "./server-metadata.js";

/** A registration, and what the configuration of it is called. */
export type ConfigRegistration = ClientRegistration &
  Pick<OAuth2ConfigInput, "provider" | "displayName" | "allowInsecureLoopback">;

/**
 * Joins what a server says of itself with a registration there.
 *
 * @throws what `fail` makes when the two do not fit, or an endpoint cannot be used.
 */
export function toConfig(
  metadata: ServerMetadata,
  registration: ConfigRegistration,
  fail: (problem: string) => OAuth2Error,
): OAuth2Config {
  const clientAuthentication =
    registration.clientAuthentication ?? chooseClientAuthentication(metadata, registration, fail);
  // Microsoft's template for the tenants of all is no issuer: each user's tenant has one of its own.
  const issuer = metadata.issuer.includes("{tenantid}") ? undefined : metadata.issuer;
  // Where the client shows a certificate, at the addresses that ask for one (RFC 8705 §5).
  const aliases = showsCertificate(clientAuthentication)
    ? metadata["mtls_endpoint_aliases"]
    : undefined;
  const endpoints: ServerMetadata = { ...metadata, ...(aliases as object | undefined) };
  if (registration.profile === "fapi2") requireFapi2(endpoints, registration, fail);
  // What the metadata says is checked when the configuration is made, missing or not.
  const address = (name: string) => (endpoints[name] ?? undefined) as string;
  try {
    return defineOAuth2Config({
      ...registration,
      clientAuthentication,
      issuer,
      authUrl: address("authorization_endpoint"),
      pushedAuthorizationUrl: address("pushed_authorization_request_endpoint"),
      tokenUrl: address("token_endpoint"),
      deviceAuthorizationUrl: address("device_authorization_endpoint"),
      revocationUrl: address("revocation_endpoint"),
      introspectionUrl: address("introspection_endpoint"),
      userinfoUrl: address("userinfo_endpoint"),
      jwksUrl: address("jwks_uri"),
      issParameterSupported: metadata["authorization_response_iss_parameter_supported"] === true,
    });
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    throw fail(`its metadata cannot be used. ${error.message}`);
  }
}

/**
 * What the profile asks of the server itself, which no setting of ours can mend.
 *
 * @see https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.2.2
 */
function requireFapi2(
  metadata: ServerMetadata,
  { flow = "authorization_code" }: ConfigRegistration,
  fail: (problem: string) => OAuth2Error,
): void {
  if (flow !== "authorization_code") return;
  const lacks: string[] = [];
  if ((metadata["pushed_authorization_request_endpoint"] ?? undefined) === undefined) {
    lacks.push("it takes no pushed requests (pushed_authorization_request_endpoint, RFC 9126)");
  }
  if (metadata["authorization_response_iss_parameter_supported"] !== true) {
    lacks.push(
      "it does not promise to name itself on its answers (authorization_response_iss_parameter_supported, RFC 9207)",
    );
  }
  if (lacks.length === 0) return;
  throw fail(
    `by its metadata, ${lacks.join(", and ")}, and profile "fapi2" asks for that. Ask the server's operator for it or for another issuer, or leave profile out.`,
  );
}

/**
 * The first way that client and server both know. HTTP Basic goes first, for that is what a server
 * assumes of a client that was registered without a word on it (RFC 8414 §2, RFC 7591 §2).
 */
function chooseClientAuthentication(
  metadata: ServerMetadata,
  registration: ClientRegistration,
  fail: (problem: string) => OAuth2Error,
): ClientAuthentication {
  const possible = possibleClientAuthentications(registration);
  const [first] = possible;
  if (first === undefined) return "none";
  const supported: unknown = metadata["token_endpoint_auth_methods_supported"];
  if (!Array.isArray(supported)) return first;
  const chosen = possible.find((method) => supported.includes(method));
  if (chosen !== undefined) return chosen;
  const given = registration.clientSecret === undefined ? "private key" : "client secret";
  throw fail(
    `it accepts no ${given} at its token endpoint, only ${JSON.stringify(supported.slice(0, 10))}. Leave it out for a public client, or set clientAuthentication if the server is wrong.`,
  );
}

/** Ways that the registration has everything for, the usual first. */
function possibleClientAuthentications(
  registration: ClientRegistration,
): readonly ClientAuthentication[] {
  const { clientSecret, clientCertificate, clientPrivateKey } = registration;
  return [
    ...(clientSecret === undefined ? [] : secretAuthentications),
    ...(clientCertificate === undefined ? [] : certificateAuthentications),
    ...(clientPrivateKey === undefined ? [] : (["private_key_jwt"] as const)),
  ];
}

const secretAuthentications = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
] as const;

const certificateAuthentications = ["tls_client_auth", "self_signed_tls_client_auth"] as const;
