import { createHash } from "node:crypto";
import { registerClient } from "@modelcontextprotocol/sdk/client/auth.js";
import { OAuthError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { OAuthClientInformationFull } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  AccessToken,
  type ClientAuthentication,
  type CredentialKey,
  type CredentialService,
  defineOAuth2Config,
  isOAuth2Error,
  type OAuth2Config,
} from "@rak-oauth/core";
import { boundedFetch } from "./bounded-fetch.js";
import {
  type DiscoveredMcpServer,
  discoverMcpServer,
  discoveryFailed,
} from "./discover-mcp-server.js";

/** Options of {@link registerMcpClient}. */
export interface RegisterMcpClientOptions {
  /** The MCP server. */
  readonly url: string | URL;
  /** Address of ours that the browser comes back to. */
  readonly redirectUri: string;
  /** What the authorization server calls the application when it asks users. */
  readonly clientName: string;
  /** @defaultValue those that the MCP server names, and `offline_access` where there is such */
  readonly scopes?: readonly string[] | undefined;
  /** Keeps the registration, sealed, so that every process and every start uses the same one. */
  readonly credentials: CredentialService;
  /** Whether plain http to loopback is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /**
   * Carries requests to the addresses that the MCP server names.
   *
   * @defaultValue one that connects to public addresses only, or to any with `allowInsecureLoopback`
   */
  readonly fetch?: FetchLike | undefined;
}

/** What is kept of a registration (RFC 7591 §3.2.1). */
type Registration = Pick<
  OAuthClientInformationFull,
  | "client_id"
  | "client_secret"
  | "client_secret_expires_at"
  | "token_endpoint_auth_method"
  | "redirect_uris"
>;

/**
 * Makes the configuration of an MCP server's authorization server, and registers the application there
 * where that was not done before. The provider's name tells issuers apart: when the server turns to
 * another one, no token or secret of the old one goes there.
 *
 * Run it once before several processes start together, and all have the same registration.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @throws OAuth2Error with code `discovery_failed` that says what the servers lack.
 * @throws ConfigurationError when what they say cannot work.
 */
export async function registerMcpClient(options: RegisterMcpClientOptions): Promise<OAuth2Config> {
  const url = new URL(options.url);
  const { allowInsecureLoopback = false } = options;
  const fetchFn = boundedFetch({ allowInsecureLoopback, fetch: options.fetch });
  const server = await discoverMcpServer(url, fetchFn);
  const { metadata, resource, resourceName } = server;
  const more: Readonly<Record<string, unknown>> = metadata;
  const provider = nameOf(url, metadata.issuer);
  const scopes = options.scopes ?? usualScopes(server);
  const key = { provider: `mcp-client:${provider}` };
  const registration =
    (await readRegistration(key, options)) ??
    (await keep(key, await register({ url, server, scopes, fetchFn }, options), options));
  const revocationUrl = more["revocation_endpoint"];
  return defineOAuth2Config({
    provider,
    displayName: resourceName ?? url.host,
    clientId: registration.client_id,
    clientSecret: registration.client_secret,
    clientAuthentication: authenticationOf(registration),
    issuer: metadata.issuer,
    authUrl: metadata.authorization_endpoint,
    tokenUrl: metadata.token_endpoint,
    revocationUrl: typeof revocationUrl === "string" ? revocationUrl : undefined,
    redirectUri: options.redirectUri,
    scopes,
    resources: resource === undefined ? [] : [resource],
    issParameterSupported: more["authorization_response_iss_parameter_supported"] === true,
    apiOrigins: [url.origin],
    allowInsecureLoopback,
  });
}

interface RegisterOptions {
  readonly url: URL;
  readonly server: DiscoveredMcpServer;
  readonly scopes: readonly string[];
  readonly fetchFn: FetchLike;
}

async function register(
  { url, server, scopes, fetchFn }: RegisterOptions,
  { redirectUri, clientName }: RegisterMcpClientOptions,
): Promise<Registration> {
  const { metadata } = server;
  if (metadata.registration_endpoint === undefined) {
    throw discoveryFailed(
      url,
      `${metadata.issuer} registers no clients by itself (RFC 7591). Register the application there, and configure it by hand with defineOAuth2Config.`,
    );
  }
  const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const method = ["client_secret_basic", "client_secret_post", "none"].find((name) =>
    methods.includes(name),
  );
  try {
    return await registerClient(metadata.issuer, {
      metadata,
      clientMetadata: {
        client_name: clientName,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: method,
        scope: scopes.join(" "),
      },
      fetchFn,
    });
  } catch (error) {
    if (isOAuth2Error(error)) throw error;
    // Not as a cause: the SDK puts the answer's body into its errors.
    const code = error instanceof OAuthError ? ` (${error.errorCode})` : "";
    throw discoveryFailed(url, `${metadata.issuer} did not register the application${code}.`);
  }
}

async function readRegistration(
  key: CredentialKey,
  { credentials, redirectUri }: RegisterMcpClientOptions,
): Promise<Registration | undefined> {
  const stored = await credentials.getCredentials(key);
  if (stored === undefined) return undefined;
  const registration = JSON.parse(stored.accessToken.secret()) as Registration;
  const expiresAtSeconds = registration.client_secret_expires_at ?? 0;
  const isOver = expiresAtSeconds !== 0 && expiresAtSeconds * 1000 <= credentials.clock.now();
  return isOver || !registration.redirect_uris.includes(redirectUri) ? undefined : registration;
}

/** Gives what is stored in the end, which another process may have written meanwhile. */
async function keep(
  key: CredentialKey,
  made: Registration,
  options: RegisterMcpClientOptions,
): Promise<Registration> {
  const { client_id, client_secret, client_secret_expires_at, token_endpoint_auth_method } = made;
  const registration: Registration = {
    client_id,
    client_secret,
    client_secret_expires_at,
    token_endpoint_auth_method,
    redirect_uris: [options.redirectUri],
  };
  await options.credentials.storeCredentials(key, {
    accessToken: new AccessToken(JSON.stringify(registration)),
  });
  return (await readRegistration(key, options)) ?? registration;
}

function nameOf(url: URL, issuer: string): string {
  const host = url.host
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, "-")
    .slice(0, 48);
  const digest = createHash("sha256")
    .update(JSON.stringify([url.href, issuer]))
    .digest("hex");
  return `mcp-${host}-${digest.slice(0, 10)}`;
}

function usualScopes({ metadata, scopes }: DiscoveredMcpServer): readonly string[] {
  const known = metadata.scopes_supported?.includes("offline_access") === true;
  return [...new Set([...scopes, ...(known ? ["offline_access"] : [])])];
}

/** RFC 7591 §2: a client with a secret uses HTTP Basic where nothing else is said. */
function authenticationOf(registration: Registration): ClientAuthentication {
  if (registration.client_secret === undefined) return "none";
  return registration.token_endpoint_auth_method === "client_secret_post"
    ? "client_secret_post"
    : "client_secret_basic";
}
