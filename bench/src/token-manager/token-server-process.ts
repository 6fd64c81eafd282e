import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type FamilySettings, StrictGrants } from "./strict-grants.js";

/*
 * A strict token server in a process of its own, so that its work is not ours. It rotates when a
 * request arrives and answers after the delay: a client that dies in between has lost the answer.
 */
const grants = new StrictGrants();
const load = { inFlight: 0, highest: 0, requests: 0 };
const arrivals = new Map<string, () => void>();

const server = createServer((request, response) => {
  void handle(request, response);
});
// Peers that stampede open as many connections as they have callers.
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit());

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? "";
  const body = await readBody(request);
  if (url === "/token") return answerTokenRequest(body, response);
  const family = decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
  if (url.startsWith("/families/")) {
    if (request.method === "PUT") grants.open(family, JSON.parse(body) as FamilySettings);
    return send(response, 200, grants.report(family));
  }
  if (url.startsWith("/arrivals/")) {
    if (grants.report(family).requests > 0) return send(response, 200, {});
    arrivals.set(family, () => send(response, 200, {}));
    return;
  }
  if (url === "/load") {
    send(response, 200, { ...load, dead: grants.countDead() });
    load.highest = load.inFlight;
    load.requests = 0;
    return;
  }
  send(response, 404, {});
}

function answerTokenRequest(body: string, response: ServerResponse): void {
  const refreshToken = new URLSearchParams(body).get("refresh_token") ?? "";
  load.requests += 1;
  load.inFlight += 1;
  load.highest = Math.max(load.highest, load.inFlight);
  const family = grants.arrive(refreshToken);
  const name = refreshToken.slice(0, refreshToken.indexOf("."));
  arrivals.get(name)?.();
  arrivals.delete(name);
  const tokens = family.status === 200 ? grants.spend(refreshToken, performance.now()) : undefined;
  setTimeout(
    () => {
      load.inFlight -= 1;
      if (family.status !== 200) {
        return send(response, family.status, { error: "temporarily_unavailable" });
      }
      if (tokens === undefined) return send(response, 400, { error: "invalid_grant" });
      send(response, 200, {
        access_token: tokens.accessToken,
        token_type: "Bearer",
        expires_in: 3600,
        refresh_token: tokens.refreshToken,
        scope: "api.read",
      });
    },
    family.requests === 1 ? family.firstDelayMs : family.delayMs,
  );
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += chunk;
  return text;
}
