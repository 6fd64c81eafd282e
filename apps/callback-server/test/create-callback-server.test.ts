import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { createCallbackServer } from "../src/index.js";

it("gives everything but its own two routes to the flow, as it came", async () => {
  const seen: string[] = [];
  const { fetch } = createCallbackServer({
    handler: (request) => {
      seen.push(`${request.method} ${new URL(request.url).pathname}`);
      return new Response("from the flow");
    },
  });
  for (const [method, path] of [
    ["GET", "/oauth2/connect"],
    ["HEAD", "/oauth2/callback"],
    ["POST", "/oauth2/callback"],
    ["GET", "/elsewhere"],
  ] as const) {
    await fetch(new Request(`http://localhost${path}`, { method }));
  }
  expect(seen).toEqual([
    "GET /oauth2/connect",
    "HEAD /oauth2/callback",
    "POST /oauth2/callback",
    "GET /elsewhere",
  ]);
  const home = await fetch(new Request("http://localhost/"));
  expect(await home.text()).toContain("open the link that your assistant gave you");
  expect((await fetch(new Request("http://localhost/healthz"))).status).toBe(200);
});

it("lets a running request end before it stops, and takes no other", async () => {
  const entered = signal();
  const leave = signal();
  const server = createCallbackServer({
    handler: async () => {
      entered.give();
      await leave.given;
      return new Response("done");
    },
  });
  const origin = await server.listen({ port: 0 });
  const answer = fetch(`${origin}/oauth2/callback`);
  await entered.given;
  const stopped = server.stop();
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  leave.give();
  expect(await (await answer).text()).toBe("done");
  expect(await stopped).toBe(true);
  expect(await server.stop()).toBe(true);
});

it("cuts off what does not end in time", async () => {
  const entered = signal();
  const server = createCallbackServer({
    drainTimeoutMs: 1,
    handler: () => {
      entered.give();
      return new Promise<Response>(() => {});
    },
  });
  const origin = await server.listen({ port: 0 });
  const answer = expect(fetch(`${origin}/oauth2/callback`)).rejects.toThrow();
  await entered.given;
  expect(await server.stop()).toBe(false);
  await answer;
});

it("answers with a plain page when the flow throws, and tells nothing", async () => {
  const server = createCallbackServer({
    handler: () => {
      throw new Error("canary");
    },
  });
  const response = await server.fetch(new Request("http://localhost/oauth2/callback"));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("canary");
});

it.each<[string, number, string, string, RequestInit]>([
  ["too_long", 414, "This address is too long", "Diese Adresse ist zu lang", {}],
  ["too_large", 413, "That was too much", "Das war zu viel", { method: "POST", body: "long" }],
  ["too_many", 429, "One moment, please", "Einen Moment, bitte", {}],
  ["server_error", 500, "Something went wrong here", "Hier ist etwas schiefgegangen", {}],
])(
  "AC-12 says %s in the person's language, as on the flow's pages",
  async (name, status, english, german, init) => {
    const { fetch } = createCallbackServer({
      handler: () => {
        throw new Error("canary");
      },
      limits: { urlLength: name === "too_long" ? 10 : 8192, bodyBytes: 2 },
      ...(name === "too_many" && { rateLimiter: { take: async () => 1_500 } }),
    });
    const ask = (path: string, headers: Record<string, string>) =>
      fetch(new Request(`http://localhost${path}`, { ...init, headers }));
    for (const [language, title] of [
      ["en", english],
      ["de", german],
    ] as const) {
      const page = await ask("/oauth2/confirm", {
        accept: "text/html",
        "accept-language": language,
      });
      expect(page.status).toBe(status);
      expect(page.headers.get("content-security-policy")).toMatch(/style-src 'sha256-/);
      const html = await page.text();
      expect(html).toContain(`<html lang="${language}"`);
      expect(html).toContain(`<h1>${title}</h1>`);
      expect(html).not.toContain("canary");
      if (name === "too_many") expect(page.headers.get("retry-after")).toBe("2");
    }
    const program = await ask("/api/v1/connections", { accept: "text/html" });
    expect(program.headers.get("content-type")).toBe("application/problem+json");
    expect(await program.json()).toMatchObject({ status, detail: expect.any(String) });
  },
);

it.each([
  ["en", "There is nothing to see here"],
  ["de", "Hier gibt es nichts zu sehen"],
])("greets at / in the person's language: %s", async (language, title) => {
  const { fetch } = createCallbackServer({ handler: () => new Response() });
  const headers = { accept: "text/html", "accept-language": language };
  const page = await fetch(new Request("http://localhost/", { headers }));
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toMatch(/style-src 'sha256-/);
  const html = await page.text();
  expect(html).toContain(`<html lang="${language}"`);
  expect(html).toContain(`<h1>${title}</h1>`);
});

it("greets a program at / without a page", async () => {
  const { fetch } = createCallbackServer({ handler: () => new Response() });
  const headers = { "accept-language": "de" };
  const answer = await fetch(new Request("http://localhost/", { headers }));
  expect(answer.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
});

it("answers TRACE, of which no web request can be made, as a fault of the client's", async () => {
  const failures: unknown[] = [];
  const logger = pino({ level: "error" }, { write: (line) => failures.push(line) });
  const server = createCallbackServer({ handler: () => new Response(), logger });
  onTestFinished(async () => {
    await server.stop();
  });
  const { port } = new URL(await server.listen({ port: 0 }));
  const [answer] = (await once(
    request({ port, method: "TRACE", path: "/oauth2/connect" }).end(),
    "response",
  )) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(405);
  expect(failures).toEqual([]);
});

it("says that an address cannot be had", async () => {
  const first = createCallbackServer({ handler: () => new Response() });
  onTestFinished(async () => {
    await first.stop();
  });
  const { port } = new URL(await first.listen({ port: 0 }));
  const second = createCallbackServer({ handler: () => new Response() });
  await expect(second.listen({ port: Number(port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

function signal(): { readonly give: () => void; readonly given: Promise<void> } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give: () => give(), given };
}
