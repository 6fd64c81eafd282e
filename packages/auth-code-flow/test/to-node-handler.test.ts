import { once } from "node:events";
import { createServer, type RequestListener, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
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

/** An answer whose parts come when a test says so, and what becomes of it. */
function openAnswer() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let tellCancelled = () => {};
  const cancelled = new Promise<void>((resolve) => {
    tellCancelled = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    start: (opened) => {
      controller = opened;
    },
    cancel: tellCancelled,
  });
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    cancelled,
    send: (text: string) => controller?.enqueue(new TextEncoder().encode(text)),
    fail: (error: unknown) => controller?.error(error),
    end: () => controller?.close(),
  };
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
    expect(answer.headers.getSetCookie()).toEqual([
      "theirs=0",
      "one=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT",
      "two=2; HttpOnly",
    ]);
    expect(await answer.text()).toBe("moved");
  });

  it("AC-16 to HEAD has no body, and does not wait for one", async () => {
    const events = openAnswer();
    const origin = await serve(listenerOf(toNodeHandler(() => events.response)));
    const answer = await fetch(origin, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
    await events.cancelled;
  });

  it("goes out part by part, and its head before the first", async () => {
    const events = openAnswer();
    const origin = await serve(listenerOf(toNodeHandler(() => events.response)));
    const answer = await fetch(origin);
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (const part of ["event: status\n\n", "event: end\n\n"]) {
      events.send(part);
      expect(await reader?.read()).toEqual({ done: false, value: part });
    }
    events.end();
    expect(await reader?.read()).toMatchObject({ done: true });
  });

  it("is cancelled when the client goes away in the middle, and nobody calls that a failure", async () => {
    const events = openAnswer();
    const failures: unknown[] = [];
    let aborted: Promise<unknown> | undefined;
    const handler = toNodeHandler(
      ({ signal }) => {
        aborted = once(signal, "abort");
        return events.response;
      },
      { onFailure: (error) => failures.push(error) },
    );
    let handled: Promise<void> | undefined;
    const origin = await serve((incoming, outgoing) => {
      handled = handler(incoming, outgoing);
    });
    const client = request(origin).on("error", () => {});
    client.end();
    await once(client, "response");
    client.destroy();
    await events.cancelled;
    await aborted;
    await handled;
    expect(failures).toEqual([]);
  });

  it("is not made faster than the client takes it, and stops while it waits for that", async () => {
    const part = new Uint8Array(64 * 1024);
    const parts = 512;
    let made = 0;
    let mostInMemory = 0;
    let cancelled = 0;
    let outgoing: ServerResponse | undefined;
    const makeBody = () => {
      let left = parts;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          mostInMemory = Math.max(mostInMemory, outgoing?.writableLength ?? 0);
          made += 1;
          controller.enqueue(part);
          left -= 1;
          if (left === 0) controller.close();
        },
        cancel: () => {
          cancelled += 1;
        },
      });
    };
    const handler = toNodeHandler(() => new Response(makeBody()));
    const handled: Promise<void>[] = [];
    const origin = await serve((incoming, answer) => {
      outgoing = answer;
      handled.push(handler(incoming, answer));
    });
    const { byteLength } = await (await fetch(origin)).arrayBuffer();
    expect(byteLength).toBe(parts * part.length);
    expect(mostInMemory).toBeLessThan(4 * part.length);

    made = 0;
    const client = request(origin).on("error", () => {});
    client.end();
    await once(client, "response");
    await vi.waitFor(() => expect(outgoing?.writableNeedDrain).toBe(true));
    client.destroy();
    await Promise.all(handled);
    expect(cancelled).toBe(1);
    expect(made).toBeLessThan(parts);
  });

  it("that fails in the middle is cut off, so that nobody takes it for whole", async () => {
    const events = openAnswer();
    const failures: unknown[] = [];
    const handler = toNodeHandler(() => events.response, {
      onFailure: (error) => failures.push(error),
    });
    const answer = await fetch(await serve(listenerOf(handler)));
    events.send("half of it");
    const failure = new Error("canary-secret");
    events.fail(failure);
    await expect(answer.text()).rejects.toThrow("terminated");
    expect(failures).toEqual([failure]);
  });

  it("leaves the request's signal alone when all of it is out", async () => {
    let signal: AbortSignal | undefined;
    const handler = toNodeHandler((received) => {
      ({ signal } = received);
      return new Response("page");
    });
    let closed: Promise<unknown> | undefined;
    const origin = await serve((incoming, outgoing) => {
      closed = once(outgoing, "close");
      void handler(incoming, outgoing);
    });
    expect(await (await fetch(origin)).text()).toBe("page");
    await closed;
    expect(signal?.aborted).toBe(false);
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
