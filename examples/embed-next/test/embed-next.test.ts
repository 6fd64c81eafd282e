import { once } from "node:events";
import { createServer } from "node:http";
import { toNodeHandler } from "@rak-oauth/auth-code-flow/node";
import type { HttpServer } from "@rak-oauth/test-kit";
import { describeEmbeddedFlow } from "@rak-oauth/test-kit/embedded-flow";
import { NextRequest } from "next/server.js";
import { vi } from "vitest";

// The route handlers without Next.js around them, whose first compilation takes a minute.
describeEmbeddedFlow(import.meta.url, { start: serveRoutes });

async function serveRoutes(settings: Readonly<Record<string, string>>): Promise<HttpServer> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const flow = await import("../app/oauth2/[step]/route.ts");
  const api = await import("../app/api/v1/[...path]/route.ts");
  const connections = await import("../app/connections/route.ts");
  const login = await import("../app/login/[user]/route.ts");
  const connect = await import("../app/connect/route.ts");
  const home = await import("../app/route.ts");
  const answer = async (request: Request): Promise<Response> => {
    const [, first, second = ""] = new URL(request.url).pathname.split("/");
    if (first === "api") return api[request.method as "GET" | "POST" | "DELETE"](request);
    const method = request.method as "GET" | "HEAD" | "POST";
    if (first === "oauth2") return flow[method](request);
    if (first === "connections") return connections[method](request);
    const received = new NextRequest(request);
    if (first === "connect") return connect.GET(received);
    if (first !== "login") return home.GET(received);
    return login.GET(received, { params: Promise.resolve({ user: second }) });
  };
  const server = createServer((incoming, outgoing) => {
    void toNodeHandler(answer)(incoming, outgoing);
  });
  server.listen(Number(settings["PORT"]), "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${settings["PORT"]}`,
    async stop() {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}
