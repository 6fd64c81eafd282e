import { randomUUID } from "node:crypto";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";

/** Options of {@link startMcpServer}. */
export interface StartMcpServerOptions {
  /** Puts tools on the server of one session. */
  readonly register: (server: McpServer) => void;
  /** The user and client that an inbound bearer token stands for; `undefined` refuses it. */
  readonly verify: (token: string) => Promise<{ readonly userId: string } | undefined>;
  /** Answers in place of the server, where it gives something. */
  readonly object?: ((request: Request) => Response | undefined) | undefined;
  /** Called when a client has opened the stream on which notifications come. */
  readonly onStream?: (() => void) | undefined;
  /** Answers requests to elsewhere than `/mcp`. */
  readonly elsewhere?: ((request: Request) => Response | Promise<Response>) | undefined;
}

/** An MCP server on loopback that keeps sessions and wants a bearer token. Its endpoint is `/mcp`. */
export function startMcpServer(options: StartMcpServerOptions): Promise<HttpServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return startHttpServer(async (request) => {
    if (new URL(request.url).pathname !== "/mcp") {
      return options.elsewhere?.(request) ?? new Response(null, { status: 404 });
    }
    const [, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
    const user = await options.verify(token);
    if (user === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
      return new Response(null, { status: 401, headers });
    }
    const objection = options.object?.(request);
    if (objection !== undefined) return objection;
    const authInfo = { token, clientId: "client", scopes: [], extra: { sub: user.userId } };
    const known = sessions.get(request.headers.get("mcp-session-id") ?? "");
    if (known !== undefined) {
      const response = await known.handleRequest(request, { authInfo });
      if (request.method === "GET") options.onStream?.();
      return response;
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => {
        sessions.set(id, transport);
      },
    });
    const server = new McpServer({ name: "calendar", version: "1.0.0" });
    options.register(server);
    await server.connect(transport);
    return transport.handleRequest(request, { authInfo });
  });
}
