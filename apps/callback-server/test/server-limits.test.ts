import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { type CallbackServerOptions, createCallbackServer } from "../src/create-callback-server.js";

async function listen(options: Partial<CallbackServerOptions>) {
  const server = createCallbackServer({ handler: () => new Response("ok"), ...options });
  onTestFinished(async () => {
    await server.stop();
  });
  return server.listen({ port: 0 });
}

async function dial(origin: string) {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "connect");
  return socket;
}

const hasty = { headersTimeoutMs: 50, requestTimeoutMs: 100, checkIntervalMs: 10 };

it.each([
  ["headers", "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: "],
  ["a body", "POST /oauth2/confirm HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab"],
])("hangs up on who sends %s drop by drop, and serves others meanwhile", async (_name, sent) => {
  const origin = await listen({
    limits: hasty,
    handler: async (request) => new Response(await request.text()),
  });
  const slow = await Promise.all(Array.from({ length: 50 }, () => dial(origin)));
  for (const socket of slow) socket.write(sent);
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  for (const answer of await Promise.all(slow.map((socket) => text(socket)))) {
    expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
  }
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
});

it("AC-14 refuses an address that is too long before the flow sees it", async () => {
  let seen = 0;
  const origin = await listen({
    handler: () => {
      seen += 1;
      return new Response();
    },
  });
  const url = (length: number) => `${origin}/oauth2/callback/github?state=${"x".repeat(length)}`;
  expect((await fetch(url(6_000))).status).toBe(200);
  expect((await fetch(url(9_000))).status).toBe(414);
  expect((await fetch(url(20_000))).status).toBe(431);
  expect(seen).toBe(1);
});

it("refuses a body that is too large, with its length told or not", async () => {
  const origin = await listen({ handler: async (request) => new Response(await request.text()) });
  const post = (body: NonNullable<RequestInit["body"]>, more: RequestInit = {}) =>
    fetch(`${origin}/oauth2/confirm`, { method: "POST", body, ...more });
  expect((await post("x".repeat(60_000))).status).toBe(200);
  expect((await post("x".repeat(70_000))).status).toBe(413);
  const postInChunks = (length: number) =>
    post(new Blob(["x".repeat(length)]).stream(), { duplex: "half" } as RequestInit);
  expect(await (await postInChunks(60_000)).text()).toHaveLength(60_000);
  expect((await postInChunks(70_000)).status).toBe(413);
  expect((await fetch(`${origin}/oauth2/confirm`, { method: "DELETE" })).status).toBe(200);
});
