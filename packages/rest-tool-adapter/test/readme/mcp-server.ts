import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { registerTools } from "@rak-oauth/rest-tool-adapter/mcp-server";

export function createServer(listEvents: RestApiTool, flow: AuthorizationCodeFlow): McpServer {
  const server = new McpServer({ name: "calendar", version: "1.0.0" });
  registerTools({
    server,
    tools: [listEvents],
    authorization: flow,
    identifyUser: ({ authInfo }) => ({ userId: String(authInfo?.extra?.["sub"] ?? "") }),
  });
  return server;
}
