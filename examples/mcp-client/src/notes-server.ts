import { serve } from "@hono/node-server";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Hono } from "hono";

const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

/** Serves notes by MCP as a stranger would, with an authorization server, and gives the address. */
export function serveNotes(): Promise<URL> {
  const app = new Hono();

  app.get("/.well-known/oauth-protected-resource/mcp", (context) =>
    context.json({
      resource: new URL("/mcp", context.req.url).href,
      resource_name: "Notes",
      authorization_servers: [ISSUER],
      scopes_supported: ["openid"],
    }),
  );

  app.all("/mcp", async (context) => {
    const [, token = ""] = (context.req.header("authorization") ?? "").split(" ");
    const user = await introspect(token);
    if (user === undefined) {
      return context.body(null, 401, { "www-authenticate": 'Bearer error="invalid_token"' });
    }
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    const server = new McpServer({ name: "notes", version: "1.0.0" });
    server.registerTool("read_notes", {}, () => ({
      content: [{ type: "text", text: `Interview with ${user}` }],
    }));
    await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    return transport.handleRequest(context.req.raw);
  });

  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve(new URL(`http://127.0.0.1:${port}/mcp`)),
    );
  });
}

/** The user a token is for, by RFC 7662. */
async function introspect(token: string): Promise<string | undefined> {
  const response = await fetch(`${ISSUER}/token/introspection`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}` },
    body: new URLSearchParams({ token }),
  });
  const { active, sub } = (await response.json()) as { active: boolean; sub?: string };
  return active ? sub : undefined;
}
