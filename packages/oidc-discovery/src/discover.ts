import {
  type ClientAuthentication,
  ConfigurationError,
  defineOAuth2Config,
  isOAuth2Error,
  isSecureUrl,
  type OAuth2Config,
  type OAuth2ConfigInput,
} from "@rak-oauth/core";
import {
  allowInsecureRequests,
  type CustomFetch,
  customFetch,
  discovery,
  None,
  type ServerMetadata,
} from "openid-client";
import type { ClientRegistration } from "./client-registration.js";
import { createMetadataFetch, discoveryError } from "./read-metadata.js";

/** What {@link discover} needs beside the issuer. */
export interface DiscoverOptions extends ClientRegistration {
  /** Short name in keys and results, such as `example`. */
  readonly provider: string;
  /** Name shown to people. @defaultValue `provider` */
  readonly displayName?: string | undefined;
  /**
   * Where the metadata is: `oidc` for `<issuer>/.well-known/openid-configuration`, `oauth2` for
   * `/.well-known/oauth-authorization-server` (RFC 8414 §3).
   *
   * @defaultValue "oidc"
   */
  readonly algorithm?: "oidc" | "oauth2" | undefined;
  /** Whether plain http to loopback addresses is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Limit for the whole answer, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Asks an authorization server for its endpoints and joins them with one client registration there:
 * one request, at most 1 MB, no redirects. PKCE is always on, also where the server does not speak
 * of it.
 *
 * @throws ConfigurationError when the issuer or the registration cannot be right; nothing is sent.
 * @throws OAuth2Error `discovery_failed` when the server does not give usable metadata of this issuer.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 */
export async function discover(
  issuer: string | URL,
  options: DiscoverOptions,
): Promise<OAuth2Config> {
  const { algorithm = "oidc", timeoutMs = 10_000, fetch: send, ...registration } = options ?? {};
  const server = parseIssuer(issuer, registration.allowInsecureLoopback ?? false);
  // Faults of the registration are told before anything is sent; the issuer stands in for endpoints.
  const { href } = server;
  defineOAuth2Config({
    ...registration,
    issuer: href,
    authUrl: href,
    tokenUrl: href,
    deviceAuthorizationUrl: href,
  });
  const metadata = await readMetadata(server, {
    algorithm,
    allowInsecureLoopback: registration.allowInsecureLoopback ?? false,
    fetch: createMetadataFetch({
      issuer: server.href,
      fetch: send ?? ((...request) => fetch(...request)),
      timeoutMs,
    }),
  });
  return toConfig(server, metadata, registration);
}

function parseIssuer(issuer: string | URL, allowInsecureLoopback: boolean): URL {
  const shown = JSON.stringify(issuer);
  if (!URL.canParse(`${issuer}`)) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must be an absolute URL, such as "https://login.example.com".`,
    );
  }
  const server = new URL(issuer);
  if (server.username !== "" || server.password !== "") {
    throw new ConfigurationError(
      `Discovery: issuer at ${server.host} must hold no user name or password. Remove them.`,
    );
  }
  if (!isSecureUrl(server, allowInsecureLoopback)) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must use https. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
    );
  }
  if (server.search !== "" || server.hash !== "") {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must have no query or fragment (RFC 8414 §2). Remove it.`,
    );
  }
  if (server.pathname.includes("/.well-known/")) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown}, which is the address of its metadata. Give the issuer: leave "/.well-known/…" out.`,
    );
  }
  return server;
}

interface ReadMetadataOptions {
  readonly algorithm: "oidc" | "oauth2";
  readonly allowInsecureLoopback: boolean;
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
}

async function readMetadata(server: URL, options: ReadMetadataOptions): Promise<ServerMetadata> {
  const send: CustomFetch = (address, init) => options.fetch(address, init as RequestInit);
  try {
    const found = await discovery(server, "discovery", undefined, None(), {
      algorithm: options.algorithm,
      execute: options.allowInsecureLoopback ? [allowInsecureRequests] : [],
      [customFetch]: send,
    });
    return found.serverMetadata();
  } catch (error) {
    throw explain(server.href, error);
  }
}

/** openid-client's errors carry the whole answer as a cause; only what went wrong is kept. */
function explain(issuer: string, error: unknown): Error {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (isOAuth2Error(cause)) return cause;
  if (isOAuth2Error(error)) return error;
  const body =
    typeof cause === "object" && cause !== null && "body" in cause ? cause.body : undefined;
  const named =
    typeof body === "object" && body !== null && "issuer" in body ? body.issuer : undefined;
  return discoveryError(
    issuer,
    typeof named === "string"
      ? `its metadata is of another issuer, ${JSON.stringify(named.slice(0, 200))}. If that is right, discover it by that name.`
      : "its answer is not the metadata of an authorization server, a JSON object that names its issuer. Check the address.",
  );
}

function toConfig(
  server: URL,
  metadata: ServerMetadata,
  registration: ClientRegistration & Pick<OAuth2ConfigInput, "provider">,
): OAuth2Config {
  const clientAuthentication =
    registration.clientAuthentication ?? chooseClientAuthentication(server, metadata, registration);
  const issuer = issuerOf(server, metadata);
  // Where the client shows a certificate, at the addresses that ask for one (RFC 8705 §5).
  const showsCertificate = clientAuthentication.endsWith("tls_client_auth");
  const endpoints = { ...metadata, ...(showsCertificate && metadata.mtls_endpoint_aliases) };
  try {
    return defineOAuth2Config({
      ...registration,
      clientAuthentication,
      issuer,
      authUrl: metadata.authorization_endpoint ?? undefined,
      pushedAuthorizationUrl: endpoints.pushed_authorization_request_endpoint ?? undefined,
      // Missing or not, what the metadata says is checked below.
      tokenUrl: endpoints.token_endpoint as string,
      deviceAuthorizationUrl: endpoints.device_authorization_endpoint ?? undefined,
      revocationUrl: endpoints.revocation_endpoint ?? undefined,
      introspectionUrl: endpoints.introspection_endpoint ?? undefined,
      userinfoUrl: endpoints.userinfo_endpoint ?? undefined,
      jwksUrl: metadata.jwks_uri ?? undefined,
      issParameterSupported: metadata.authorization_response_iss_parameter_supported === true,
    });
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    throw discoveryError(server.href, `its metadata cannot be used. ${error.message}`);
  }
}

/**
 * The issuer as the server writes it, for exact comparisons. Microsoft's shared tenants give a
 * template, which is no issuer; openid-client lets other names through for Microsoft alone.
 */
function issuerOf(server: URL, metadata: ServerMetadata): string | undefined {
  if (new URL(metadata.issuer).origin !== server.origin) {
    throw discoveryError(
      server.href,
      `its metadata is of another issuer, ${JSON.stringify(metadata.issuer.slice(0, 200))}.`,
    );
  }
  return metadata.issuer.includes("{tenantid}") ? undefined : metadata.issuer;
}

/**
 * The first way that client and server both know. HTTP Basic goes first, for that is what a server
 * assumes of a client that was registered without a word on it (RFC 8414 §2, RFC 7591 §2).
 */
function chooseClientAuthentication(
  server: URL,
  metadata: ServerMetadata,
  registration: ClientRegistration,
): ClientAuthentication {
  const possible = possibleClientAuthentications(registration);
  const [first] = possible;
  if (first === undefined) return "none";
  const supported: unknown = metadata.token_endpoint_auth_methods_supported;
  if (!Array.isArray(supported)) return first;
  const chosen = possible.find((method) => supported.includes(method));
  if (chosen !== undefined) return chosen;
  const given = registration.clientSecret === undefined ? "private key" : "client secret";
  throw discoveryError(
    server.href,
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
