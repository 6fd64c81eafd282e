import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { createCallbackServer } from "../src/create-callback-server.js";
import { createRateLimiter } from "../src/rate-limiter.js";

const always = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

async function start(publicUrl: string) {
  const server = createCallbackServer({
    publicUrl,
    rateLimiter: createRateLimiter({ perMinute: 100 }),
    limits: { bodyBytes: 10, urlLength: 200 },
    handler: (request) => {
      if (request.url.endsWith("/oauth2/connect")) throw new Error("canary");
      return new Response("nothing here", { status: 404 });
    },
  });
  onTestFinished(async () => {
    await server.stop();
  });
  return server.listen({ port: 0 });
}

it("AC-12 every answer is kept by nobody, told to nobody and framed by nobody", async () => {
  const origin = await start("https://agent.example.com");
  const big = { method: "POST", body: "more than ten bytes" };
  const answers = await Promise.all([
    fetch(`${origin}/`),
    fetch(`${origin}/healthz`),
    fetch(`${origin}/readyz`),
    fetch(`${origin}/oauth2/connect`),
    fetch(`${origin}/favicon.ico`),
    fetch(`${origin}/oauth2/confirm`, big),
    fetch(`${origin}/${"x".repeat(300)}`, { headers: { accept: "text/html" } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 500, 404, 413, 414]);
  for (const answer of answers) {
    expect(Object.fromEntries(answer.headers)).toMatchObject(always);
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http/);
    expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    expect(await answer.text()).not.toContain("canary");
  }
});

it.each([
  ["no HTTP at all", "hello\r\n\r\n", 400],
  ["headers without end", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}`, 431],
  ["a strange host", "GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n", 400],
])("AC-12 so does the answer to what is no request: %s", async (_name, sent, status) => {
  const { port } = new URL(await start("https://agent.example.com"));
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.end(sent);
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const [name, value] of Object.entries(always)) {
    expect(answer.toLowerCase()).toContain(`${name}: ${value}`.toLowerCase());
  }
});

it("asks for https only where browsers reach it by https", async () => {
  const { headers } = await fetch(`${await start("http://127.0.0.1:3000")}/healthz`);
  expect(headers.get("strict-transport-security")).toBeNull();
});

it("leaves a page's own policy alone", async () => {
  const own = "default-src 'none'; style-src 'sha256-abc'";
  const server = createCallbackServer({
    handler: () => new Response("page", { headers: { "content-security-policy": own } }),
  });
  const { headers } = await server.fetch(new Request("http://localhost/oauth2/connect"));
  expect(headers.get("content-security-policy")).toBe(own);
  expect(headers.get("x-frame-options")).toBe("DENY");
});

it("takes a sane request id over, and no other", async () => {
  const { fetch: ask } = createCallbackServer({ handler: () => new Response() });
  const idFor = async (id: string) => {
    const request = new Request("http://localhost/", { headers: { "x-request-id": id } });
    return (await ask(request)).headers.get("x-request-id");
  };
  expect(await idFor("Root=1-67891233-abcdef012345678912345678")).toBe(
    "Root=1-67891233-abcdef012345678912345678",
  );
  for (const strange of ["<script>", "a b", "x".repeat(129), '{"a":1}']) {
    expect(await idFor(strange)).toMatch(/^[\da-f-]{36}$/);
  }
});
