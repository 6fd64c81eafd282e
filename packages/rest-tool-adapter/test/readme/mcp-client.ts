import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { McpOAuthProvider } from "@rak-oauth/rest-tool-adapter/mcp-client";
import type { TokenManager } from "@rak-oauth/token-manager";

export function openTransport(
  url: URL,
  tokens: TokenManager,
  authorization: AuthorizationCodeFlow,
  userId: string,
  onPending: (pending: PendingAuthorizationResult) => void,
): StreamableHTTPClientTransport {
  const user = { userId };
  const authProvider = new McpOAuthProvider({ url, tokens, authorization, user, onPending });
  return new StreamableHTTPClientTransport(url, { authProvider, fetch: authProvider.fetch });
}
