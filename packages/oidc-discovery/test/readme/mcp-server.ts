import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import {
  clientIdMetadataResponse,
  discoverMcpServer,
  publicFetch,
} from "@rak-oauth/oidc-discovery";

const clientName = "Example agent";
const redirectUri = "https://app.example.com/oauth2/callback";
const clientId = "https://app.example.com/oauth2/client.json";

/** For `TokenManager` and `AuthorizationCodeFlow`, as their `fetch`. */
export const fetchFromPublic: typeof fetch = publicFetch();

export function findMcpServer(url: string, credentials: CredentialService): Promise<OAuth2Config> {
  return discoverMcpServer(url, {
    clientName,
    redirectUri,
    clientIdMetadataUrl: clientId,
    credentials,
  });
}

/** What the application answers to GET /oauth2/client.json. */
export function describeClient(): Response {
  return clientIdMetadataResponse({ clientId, clientName, redirectUris: [redirectUri] });
}
