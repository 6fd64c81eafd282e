export { McpOAuthProvider, type McpOAuthProviderOptions } from "./mcp-oauth-provider.js";
