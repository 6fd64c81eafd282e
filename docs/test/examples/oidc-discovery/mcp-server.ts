import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { discoverMcpServer } from "@rak-oauth/oidc-discovery";

/** Nothing but the server's address is known; registers there where that is possible. */
export function findNotes(credentials: CredentialService): Promise<OAuth2Config> {
  return discoverMcpServer("https://notes.example.com/mcp", {
    clientName: "Example agent",
    redirectUri: "https://agent.example.com/oauth2/callback/notes",
    credentials,
  });
}
