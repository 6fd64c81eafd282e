import { once } from "node:events";
import { createServer, type RequestListener, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type NodeHandler, toNodeHandler } from "../src/to-node-handler.js";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A server of Node.js, by its origin. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(async () => {
    server.close().closeAllConnections();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listenerOf(handler: NodeHandler): RequestListener {
  return (incoming, outgoing) => void handler(incoming, outgoing);
}

/** Tells what arrived. */
const echo = async (received: Request): Promise<Response> =>
  Response.json({
    method: received.method,
    url: received.url,
    cookie: received.headers.get("cookie"),
    accept: received.headers.get("accept"),
    body: await received.text(),
  });

/** Sends a request line as it is, which no client would. */
async function sendRaw(origin: string, requestLine: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  socket.end(`${requestLine}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe("a request", () => {
  it("by TRACE, of which no web request can be made, is refused", async () => {
    const failures: unknown[] = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const origin = await serve(listenerOf(toNodeHandler(echo, { onFailure })));
    expect(await sendRaw(origin, "TRACE /oauth2/connect HTTP/1.1")).toContain("HTTP/1.1 405 ");
    expect(failures).toEqual([]);
  });

  it("arrives with method, path, query, headers and body", async () => {
    const origin = await serve(listenerOf(toNodeHandler(echo)));
    const headers = { cookie: "a=1; b=2", accept: "text/html" };
    const answer = await fetch(`${origin}/oauth2/confirm?request=x%20y`, {
      method: "POST",
      headers,
      body: new URLSearchParams({ proof: "ü" }),
    });
    expect(await answer.json()).toEqual({
      method: "POST",
      url: "http://localhost/oauth2/confirm?request=x%20y",
      ...headers,
      body: "proof=%C3%BC",
    });
  });

  it("AC-15 has an origin that no header and no request line decides", async () => {
    const origin = await serve(listenerOf(toNodeHandler(echo)));
    const answer = await sendRaw(origin, "GET //evil.example/oauth2/connect HTTP/1.1");
    expect(answer).toContain('"url":"http://localhost//evil.example/oauth2/connect"');
    const absolute = await sendRaw(origin, "GET http://evil.example/oauth2/connect HTTP/1.1");
    expect(absolute).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("keeps the path that a framework has taken off for a mounted router", async () => {
    const handler = toNodeHandler(echo);
    const origin = await serve((incoming, outgoing) => {
      Object.assign(incoming, { originalUrl: incoming.url, url: "/connect" });
      void handler(incoming, outgoing);
    });
    const { url } = (await (await fetch(`${origin}/oauth2/connect`)).json()) as { url: string };
    expect(url).toBe("http://localhost/oauth2/connect");
  });

  it.each(["with its length", "in pieces"])("is refused when it is too large, %s", async (how) => {
    const seen: Request[] = [];
    const handler = toNodeHandler(
      (received) => {
        seen.push(received);
        return new Response();
      },
      { maximumBodyBytes: 10 },
    );
    const origin = await serve(listenerOf(handler));
    const body = how === "with its length" ? "x".repeat(11) : new Blob(["x".repeat(11)]).stream();
    const answer = await fetch(origin, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(seen).toEqual([]);
  });

  it("has the form that a parser in front has read", async () => {
    const handler = toNodeHandler(echo);
    const origin = await serve(async (incoming, outgoing) => {
      for await (const _chunk of incoming.iterator({ destroyOnReturn: false }));
      Object.assign(incoming, { body: { proof: "a b", decision: ["stop", "connect"] } });
      await handler(incoming, outgoing);
    });
    const body = new URLSearchParams({ any: "form" });
    const answer = await fetch(origin, { method: "POST", body });
    expect(await answer.json()).toMatchObject({ body: "proof=a+b&decision=stop&decision=connect" });
  });

  it("fails clearly when what was read of it cannot be had back", async () => {
    const failures: unknown[] = [];
    const handler = toNodeHandler(echo, { onFailure: (error) => failures.push(error) });
    const origin = await serve(async (incoming, outgoing) => {
      for await (const _chunk of incoming.iterator({ destroyOnReturn: false }));
      Object.assign(incoming, { body: { proof: "a" } });
      await handler(incoming, outgoing);
    });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(origin, { method: "POST", headers, body: "{}" });
    expect(answer.status).toBe(500);
    expect(String(failures)).toMatch(/Mount the handler in front of what reads bodies/);
  });

  it("is aborted when the client goes away", async () => {
    let aborted: Promise<unknown> | undefined;
    let arrive: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const handler = toNodeHandler(async ({ signal }) => {
      aborted = once(signal, "abort");
      arrive();
      await aborted;
      return new Response("too late");
    });
    const origin = await serve(listenerOf(handler));
    const client = request(origin).on("error", () => {});
    client.end();
    await arrived;
    client.destroy();
    await aborted;
  });
});

describe("an answer", () => {
  it("keeps status, headers, body and every cookie, also those of others", async () => {
    const handler = toNodeHandler(() => {
      const headers = new Headers({ location: "https://as.example/?a=1", "x-own": "yes" });
      headers.append("set-cookie", "one=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT");
      headers.append("set-cookie", "two=2; HttpOnly");
      return new Response("moved", { status: 303, headers });
    });
    const origin = await serve((incoming, outgoing) => {
      outgoing.setHeader("set-cookie", "theirs=0");
      void handler(incoming, outgoing);
    });
    const answer = await fetch(origin, { redirect: "manual" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("https://as.example/?a=1");
    expect(answer.headers.get("x-own")).toBe("yes");
    expect(answer.headers.get("content-length")).toBe("5");
    expect(answer.headers.getSetCookie()).toEqual([
      "theirs=0",
      "one=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT",
      "two=2; HttpOnly",
    ]);
    expect(await answer.text()).toBe("moved");
  });

  it("AC-16 to HEAD has no body", async () => {
    const handler = toNodeHandler((received) => new Response(`${received.method} page`));
    const origin = await serve(listenerOf(handler));
    const answer = await fetch(origin, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  });

  it("EV-01 says nothing of why the handler failed, and onFailure is told", async () => {
    const failure = new Error("canary-secret");
    const failures: unknown[] = [];
    const handler = toNodeHandler(() => Promise.reject(failure), {
      onFailure: (error) => failures.push(error),
    });
    const answer = await fetch(await serve(listenerOf(handler)));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe("");
    expect(failures).toEqual([failure]);
  });

  it("is left to the framework's own when the handler fails", async () => {
    const handler = toNodeHandler(() => Promise.reject(new Error("no")));
    const origin = await serve((incoming, outgoing) => {
      void handler(incoming, outgoing, (error) => {
        outgoing.writeHead(503).end(String(error));
      });
    });
    const answer = await fetch(origin);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe("Error: no");
  });
});
