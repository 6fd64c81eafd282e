import { randomUUID } from "node:crypto";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { registerTools } from "@rak-oauth/rest-tool-adapter/mcp-server";

type Transport = WebStandardStreamableHTTPServerTransport;

/** Answers `/mcp`; `identify` checks the bearer token of whoever calls, and gives the user. */
export function createHandler(
  tools: readonly RestApiTool[],
  flow: AuthorizationCodeFlow,
  identify: (token: string) => Promise<string | undefined>,
): (request: Request) => Promise<Response> {
  const sessions = new Map<string, Transport>();

  async function openSession(): Promise<Transport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    const server = new McpServer({ name: "calendar", version: "1.0.0" });
    registerTools({
      server,
      tools,
      authorization: flow,
      identifyUser: ({ authInfo }) => ({ userId: String(authInfo?.extra?.["sub"] ?? "") }),
    });
    await server.connect(transport);
    return transport;
  }

  return async (request) => {
    const token = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    const sub = await identify(token);
    if (sub === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
      return new Response(null, { status: 401, headers });
    }
    const known = sessions.get(request.headers.get("mcp-session-id") ?? "");
    const authInfo = { token, clientId: "agent", scopes: [], extra: { sub } };
    return (known ?? (await openSession())).handleRequest(request, { authInfo });
  };
}
