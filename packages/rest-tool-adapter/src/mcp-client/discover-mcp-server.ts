import { discoverOAuthServerInfo } from "@modelcontextprotocol/sdk/client/auth.js";
import type { AuthorizationServerMetadata } from "@modelcontextprotocol/sdk/shared/auth.js";
import { checkResourceAllowed } from "@modelcontextprotocol/sdk/shared/auth-utils.js";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { isOAuth2Error, OAuth2Error } from "@rak-oauth/core";

/** What an MCP server and its authorization server tell about themselves. */
export interface DiscoveredMcpServer {
  readonly metadata: AuthorizationServerMetadata;
  /** The server's own resource indicator; absent where it tells nothing of itself. */
  readonly resource?: string | undefined;
  readonly resourceName?: string | undefined;
  /** Scopes the MCP server names. */
  readonly scopes: readonly string[];
}

/**
 * Asks an MCP server for its authorization server, and that one for its metadata.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 * @throws OAuth2Error with code `discovery_failed` that says what they lack.
 */
export async function discoverMcpServer(
  url: URL,
  fetchFn: FetchLike,
): Promise<DiscoveredMcpServer> {
  const found = await discoverOAuthServerInfo(url, { fetchFn }).catch((cause: unknown) => {
    if (isOAuth2Error(cause)) throw cause;
    const advice = "its metadata could not be read. Check the address and the network.";
    throw discoveryFailed(url, advice, cause);
  });
  const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = found;
  if (metadata === undefined) {
    throw discoveryFailed(
      url,
      `${authorizationServerUrl} publishes no metadata (RFC 8414). Configure it by hand with defineOAuth2Config.`,
    );
  }
  // RFC 8414 §3.3; the SDK does not compare them.
  if (withoutSlash(metadata.issuer) !== withoutSlash(authorizationServerUrl)) {
    throw discoveryFailed(
      url,
      `it names the authorization server ${authorizationServerUrl}, which calls itself ${metadata.issuer}. One of the two is wrong.`,
    );
  }
  if (metadata.code_challenge_methods_supported?.includes("S256") !== true) {
    throw discoveryFailed(
      url,
      `${metadata.issuer} does not promise PKCE with S256, which MCP demands.`,
    );
  }
  const resource = resourceMetadata?.resource;
  if (
    resource !== undefined &&
    !checkResourceAllowed({ requestedResource: url, configuredResource: resource })
  ) {
    throw discoveryFailed(
      url,
      `it says that it is the resource ${resource}. Use the address that it gives.`,
    );
  }
  return {
    metadata,
    resource,
    resourceName: resourceMetadata?.resource_name,
    scopes: resourceMetadata?.scopes_supported ?? [],
  };
}

/** The one form of every failure; it holds nothing of an answer's body. */
export function discoveryFailed(url: URL, problem: string, cause?: unknown): OAuth2Error {
  return new OAuth2Error(
    "discovery_failed",
    `Discovery of the MCP server ${url.href} failed: ${problem}`,
    { cause },
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
