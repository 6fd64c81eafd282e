import { ConfigurationError } from "@rak-oauth/core";

/** What {@link clientIdMetadata} writes. */
export interface ClientIdMetadataOptions {
  /** Where the document is served; this https address is the client's identifier. */
  readonly clientId: string;
  /** What authorization servers call the application when they ask users. */
  readonly clientName: string;
  readonly redirectUris: readonly string[];
  /** The application's home page. */
  readonly clientUri?: string | undefined;
  readonly logoUri?: string | undefined;
  /** Public keys, where the client proves itself by a private one. @defaultValue a public client */
  readonly jwksUri?: string | undefined;
}

/**
 * The document that makes an https address a client identifier: servers that never heard of the
 * application read it there, and nothing has to be registered.
 *
 * @throws ConfigurationError when the address cannot be an identifier.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document
 */
export function clientIdMetadata(
  options: ClientIdMetadataOptions,
): Readonly<Record<string, string | readonly string[]>> {
  assertClientIdUrl(options.clientId);
  const { clientUri, logoUri, jwksUri } = options;
  return {
    client_id: options.clientId,
    client_name: options.clientName,
    redirect_uris: options.redirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: jwksUri === undefined ? "none" : "private_key_jwt",
    ...(clientUri !== undefined && { client_uri: clientUri }),
    ...(logoUri !== undefined && { logo_uri: logoUri }),
    ...(jwksUri !== undefined && { jwks_uri: jwksUri }),
  };
}

/**
 * The answer to a GET of the client identifier; it may be kept for an hour.
 *
 * @throws ConfigurationError when the address cannot be an identifier.
 */
export function clientIdMetadataResponse(options: ClientIdMetadataOptions): Response {
  return Response.json(clientIdMetadata(options), {
    headers: { "cache-control": "public, max-age=3600", "x-content-type-options": "nosniff" },
  });
}

/** Servers compare identifiers as texts, so it must be written as URLs are. */
export function assertClientIdUrl(clientId: string): void {
  const url = URL.canParse(clientId) ? new URL(clientId) : undefined;
  const isUsable =
    url?.href === clientId &&
    url.protocol === "https:" &&
    url.pathname !== "/" &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === "";
  if (isUsable) return;
  throw new ConfigurationError(
    `Client id metadata: the client id is ${JSON.stringify(clientId)} and must be an https URL with a path, without query, fragment and user, such as "https://app.example.com/oauth2/client.json".`,
  );
}
