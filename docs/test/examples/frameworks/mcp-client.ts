import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { discoverMcpServer } from "@rak-oauth/oidc-discovery";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { McpOAuthProvider } from "@rak-oauth/rest-tool-adapter/mcp-client";
import { TokenManager } from "@rak-oauth/token-manager";

const url = new URL("https://notes.example.com/mcp");

/** Once, for all users: finds the server's authorization server, and becomes a client there. */
export function findNotes(credentials: CredentialService): Promise<OAuth2Config> {
  return discoverMcpServer(url, {
    clientName: "Example agent",
    redirectUri: "https://agent.example.com/oauth2/callback/notes",
    credentials,
  });
}

/** A connection as one user; asks the user first where that is needed. */
export async function connect(
  tokens: TokenManager,
  authorization: AuthorizationCodeFlow,
  userId: string,
  show: (link: string) => void,
): Promise<Client> {
  const asked: PendingAuthorizationResult[] = [];
  const authProvider = new McpOAuthProvider({
    url,
    tokens,
    authorization,
    user: { userId },
    onPending: (pending) => void asked.push(pending),
  });
  const { fetch } = authProvider;
  const transport = new StreamableHTTPClientTransport(url, { authProvider, fetch });
  const client = new Client({ name: "agent", version: "1.0.0" });
  try {
    // The SDK's types do not allow for exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<Client["connect"]>[0]);
    return client;
  } catch (error) {
    const [pending] = asked;
    if (!(error instanceof UnauthorizedError) || pending === undefined) throw error;
    show(pending.auth_url);
    const { status } = await authorization.waitForAuthorization(pending.auth_request_id);
    if (status !== "completed") throw new Error(`The user did not connect: ${status}.`);
    return connect(tokens, authorization, userId, show);
  }
}

export function openTokens(config: OAuth2Config, credentials: CredentialService): TokenManager {
  return new TokenManager({ config, credentials });
}
