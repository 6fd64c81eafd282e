export { McpOAuthProvider, type McpOAuthProviderOptions } from "./mcp-oauth-provider.js";
export { type RegisterMcpClientOptions, registerMcpClient } from "./register-mcp-client.js";
