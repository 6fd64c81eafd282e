import { randomUUID } from "node:crypto";
import { serve } from "@hono/node-server";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { flow, listEvents } from "@rak-oauth/example-calendar";
import { registerTools } from "@rak-oauth/rest-tool-adapter/mcp-server";
import { Hono } from "hono";

/** What {@link serveCalendar} needs. */
export interface ServeCalendarOptions {
  /** Whose bearer token it is: in place of your verification, such as that of a JWT. */
  readonly identify: (token: string) => string | undefined;
}

/** Serves the calendar's tool by MCP, to clients with a bearer token, and gives its address. */
export function serveCalendar({ identify }: ServeCalendarOptions): Promise<URL> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function openSession(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, transport);
      },
      onsessionclosed: (id) => {
        sessions.delete(id);
      },
    });
    const server = new McpServer({ name: "calendar", version: "1.0.0" });
    registerTools({
      server,
      tools: [listEvents],
      authorization: flow,
      identifyUser: ({ authInfo }) => ({ userId: String(authInfo?.extra?.["sub"] ?? "") }),
    });
    await server.connect(transport);
    return transport;
  }

  const app = new Hono();
  app.all("/mcp", async (context) => {
    const [, token = ""] = (context.req.header("authorization") ?? "").split(" ");
    const sub = identify(token);
    if (sub === undefined) {
      return context.body(null, 401, { "www-authenticate": 'Bearer error="invalid_token"' });
    }
    const transport = sessions.get(context.req.header("mcp-session-id") ?? "");
    const authInfo = { token, clientId: "agent", scopes: [], extra: { sub } };
    return (transport ?? (await openSession())).handleRequest(context.req.raw, { authInfo });
  });
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve(new URL(`http://127.0.0.1:${port}/mcp`)),
    );
  });
}
