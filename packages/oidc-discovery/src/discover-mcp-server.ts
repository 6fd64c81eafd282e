import { createHash } from "node:crypto";
import {
  ConfigurationError,
  type CredentialService,
  isOAuth2Error,
  isSecureUrl,
  type OAuth2Config,
  OAuth2Error,
  type Secret,
} from "@rak-oauth/core";
import { assertPublicEndpoints } from "./assert-public-endpoints.js";
import { assertClientIdUrl } from "./client-id-metadata.js";
import type { ClientRegistration } from "./client-registration.js";
import { globalFetch } from "./discover.js";
import { type MetadataCache, sharedMetadata } from "./metadata-cache.js";
import { parseIssuer } from "./parse-issuer.js";
import { type ProtectedResource, readProtectedResource } from "./protected-resource.js";
import { publicFetch } from "./public-fetch.js";
import { obtainRegistration } from "./register-client.js";
import { readServerMetadata, type ServerMetadata } from "./server-metadata.js";
import { toConfig } from "./to-config.js";

/** A registration that was made by hand, and the only issuer that is told of it. */
export interface IssuerRegistration
  extends Pick<
    ClientRegistration,
    "clientId" | "clientSecret" | "clientPrivateKey" | "clientKeyId" | "clientAuthentication"
  > {
  readonly issuer: string;
}

/** What {@link discoverMcpServer} needs beside the address. */
export interface DiscoverMcpServerOptions {
  /** Where the browser comes back to. */
  readonly redirectUri: string;
  /** What the authorization server calls the application when it asks users. */
  readonly clientName: string;
  /** Registrations made by hand; one is used at its issuer alone. @defaultValue none */
  readonly registrations?: readonly IssuerRegistration[] | undefined;
  /**
   * Where the application serves `clientIdMetadataResponse`: its identifier at servers that take such.
   *
   * @defaultValue it has none
   */
  readonly clientIdMetadataUrl?: string | undefined;
  /** The private key of `jwksUri` in that document. @defaultValue a public client */
  readonly clientPrivateKey?: string | Secret | undefined;
  /** Keeps registrations that are made at servers that register whoever asks. @defaultValue none are */
  readonly credentials?: CredentialService | undefined;
  /** @defaultValue those that the server names, and `offline_access` where there is such */
  readonly scopes?: readonly string[] | undefined;
  /** Whether plain http to loopback is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Limit for each answer, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue one for the whole process */
  readonly cache?: MetadataCache | undefined;
  /** @defaultValue `publicFetch()`, or the global `fetch` with `allowInsecureLoopback` */
  readonly fetch?: typeof fetch | undefined;
}

const fetchFromPublic = publicFetch();

/**
 * Makes the configuration for an MCP server of which nothing but the address is known: asks it for its
 * authorization server, that one for its metadata, and becomes a client there. It is a client that was
 * registered by hand, else by its metadata document, else by registering now.
 *
 * The provider's name is of this server and this issuer: when the server turns to another issuer, no
 * token or secret of the old one goes there. Give `publicFetch()` to the `TokenManager` and the flow
 * too, for the endpoints come from outside.
 *
 * @throws OAuth2Error `discovery_failed` that says what the servers lack.
 * @throws ConfigurationError when an option cannot work; nothing is sent.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 */
export async function discoverMcpServer(
  url: string | URL,
  options: DiscoverMcpServerOptions,
): Promise<OAuth2Config> {
  const { allowInsecureLoopback = false, timeoutMs = 10_000, cache = sharedMetadata } = options;
  const server = parseAddress(url, allowInsecureLoopback);
  if (options.clientIdMetadataUrl !== undefined) assertClientIdUrl(options.clientIdMetadataUrl);
  const request = {
    allowInsecureLoopback,
    timeoutMs,
    cache,
    fetch: options.fetch ?? (allowInsecureLoopback ? globalFetch : fetchFromPublic),
    fail: (problem: string) =>
      new OAuth2Error(
        "discovery_failed",
        `Discovery of the MCP server ${server.href} failed: ${problem}`,
      ),
  };
  const found = await readProtectedResource(server, request);
  const issuer = chooseIssuer(server, found, options, request.fail);
  const metadata = await readServerMetadata(issuer, {
    ...request,
    algorithm: "any",
    fail: (problem) => request.fail(`of its authorization server ${issuer.href}, ${problem}`),
  });
  assertPkce(metadata, request.fail);
  const { clientName, redirectUri } = options;
  const scopes = options.scopes ?? usualScopes(found, metadata);
  const about = {
    provider: nameOf(server, metadata.issuer),
    displayName: found?.name === undefined ? server.host : `${found.name} (${server.host})`,
    redirectUri,
    scopes,
    resources: [found?.resource ?? server.href.replace(/(?<=^[^/]*\/\/[^/]*)\/$/, "")],
    apiOrigins: [server.origin],
    allowInsecureLoopback,
  };
  // Faults of the metadata are told before the application becomes a client of such a server.
  const draft = toConfig(metadata, { ...about, clientId: "none yet" }, request.fail);
  if (!allowInsecureLoopback) assertPublicEndpoints(draft, request.fail);
  const registration = await becomeClient(metadata, options, async (credentials) =>
    obtainRegistration({ ...request, metadata, credentials, clientName, redirectUri, scopes }),
  );
  if (registration === undefined) throw request.fail(describeMissingClient(metadata));
  return toConfig(metadata, { ...registration, ...about }, request.fail);
}

type Fail = (problem: string) => OAuth2Error;

function parseAddress(url: string | URL, allowInsecureLoopback: boolean): URL {
  const server = URL.canParse(`${url}`) ? new URL(url) : undefined;
  const isUsable =
    server !== undefined &&
    server.username === "" &&
    server.password === "" &&
    isSecureUrl(server, allowInsecureLoopback);
  if (!isUsable) {
    const where = server?.origin ?? JSON.stringify(url);
    throw new ConfigurationError(
      `discoverMcpServer: url is at ${where} and must be an https URL without user and password. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
    );
  }
  server.hash = "";
  return server;
}

/** The first, or one that the application is registered at; servers from before RFC 9728 are their own. */
function chooseIssuer(
  server: URL,
  found: ProtectedResource | undefined,
  { registrations = [], allowInsecureLoopback = false }: DiscoverMcpServerOptions,
  fail: Fail,
): URL {
  const named = found === undefined ? [server.origin] : found.authorizationServers;
  const known = named.find((one) => registrations.some(({ issuer }) => isSame(issuer, one)));
  const [issuer = known] = known === undefined ? named : [known];
  if (issuer === undefined) throw fail("its metadata names no authorization server.");
  try {
    return parseIssuer(issuer, allowInsecureLoopback);
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    throw fail(`it names an authorization server that cannot be asked. ${error.message}`);
  }
}

function isSame(one: string, other: string): boolean {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}

function assertPkce({ issuer, ...metadata }: ServerMetadata, fail: Fail): void {
  const methods = metadata["code_challenge_methods_supported"];
  if (Array.isArray(methods) && methods.includes("S256")) return;
  throw fail(`${issuer} does not promise PKCE with S256, which MCP demands.`);
}

async function becomeClient(
  metadata: ServerMetadata,
  options: DiscoverMcpServerOptions,
  register: (credentials: CredentialService) => Promise<ClientRegistration>,
): Promise<ClientRegistration | undefined> {
  const { registrations = [], clientIdMetadataUrl, clientPrivateKey, credentials } = options;
  const byHand = registrations.find(({ issuer }) => isSame(issuer, metadata.issuer));
  if (byHand !== undefined) {
    const { issuer, ...registration } = byHand;
    return registration;
  }
  const takesDocuments = metadata["client_id_metadata_document_supported"] === true;
  if (takesDocuments && clientIdMetadataUrl !== undefined) {
    return {
      clientId: clientIdMetadataUrl,
      clientPrivateKey,
      clientAuthentication: clientPrivateKey === undefined ? "none" : "private_key_jwt",
    };
  }
  const registers = typeof metadata["registration_endpoint"] === "string";
  return registers && credentials !== undefined ? register(credentials) : undefined;
}

function describeMissingClient(metadata: ServerMetadata): string {
  const ways = [
    ...(metadata["client_id_metadata_document_supported"] === true
      ? ["clientIdMetadataUrl, for it takes client id metadata documents"]
      : []),
    ...(typeof metadata["registration_endpoint"] === "string"
      ? ["credentials, for it registers whoever asks (RFC 7591)"]
      : []),
    `a registration made there by hand, as registrations: [{ issuer: "${metadata.issuer}", clientId: … }]`,
  ];
  return `the application is no client of ${metadata.issuer}. Give ${ways.join("; or ")}.`;
}

function usualScopes(
  found: ProtectedResource | undefined,
  metadata: ServerMetadata,
): readonly string[] {
  const supported = metadata["scopes_supported"];
  const hasOffline = Array.isArray(supported) && supported.includes("offline_access");
  return [...new Set([...(found?.scopes ?? []), ...(hasOffline ? ["offline_access"] : [])])];
}

/** Long enough that nobody finds a server and an issuer whose name is another's. */
function nameOf(server: URL, issuer: string): string {
  const host = server.host.replaceAll(/[^a-z0-9.-]/g, "-").slice(0, 27);
  const digest = createHash("sha256")
    .update(JSON.stringify([server.href, issuer]))
    .digest("hex");
  return `mcp-${host}-${digest.slice(0, 32)}`;
}
