import type { Storage } from "@rak-oauth/environment";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { Client } from "pg";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { type CallbackServerOptions, createCallbackServer } from "../src/create-callback-server.js";
import { openStores } from "../src/open-stores.js";
import { createRateLimiter, type RateLimiter } from "../src/rate-limiter.js";

const limit = 5;

async function listen(options: Partial<CallbackServerOptions> & { rateLimiter: RateLimiter }) {
  let answered = 0;
  const server = createCallbackServer({
    handler: () => {
      answered += 1;
      return new Response("from the flow");
    },
    ...options,
  });
  onTestFinished(async () => {
    await server.stop();
  });
  const origin = await server.listen({ port: 0 });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, { headers });
  return {
    get,
    answered: () => answered,
    async use(path: string, times: number, headers?: Record<string, string>) {
      const statuses: number[] = [];
      for (let time = 0; time < times; time += 1) statuses.push((await get(path, headers)).status);
      return statuses;
    },
  };
}

const times = (count: number, status: number) => Array<number>(count).fill(status);

it("asks a client that comes too often to wait, in words, and does nothing for it", async () => {
  const { get, use, answered } = await listen({
    rateLimiter: createRateLimiter({ perMinute: limit }),
  });
  expect(await use("/oauth2/connect?request=canary", limit)).toEqual(times(limit, 200));

  const page = await get("/oauth2/connect?request=canary", { accept: "text/html,*/*" });
  expect(page.status).toBe(429);
  const seconds = Number(page.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(page.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-/,
  );
  const text = await page.text();
  expect(text).toContain("Wait a minute, then load this page again");
  expect(text).not.toContain("canary");

  const program = await get("/oauth2/connect", { accept: "application/json" });
  expect(await program.json()).toMatchObject({ status: 429, title: "Too Many Requests" });
  expect(answered()).toBe(limit);
});

it("counts each group of routes by itself, and watchers not at all", async () => {
  const { use } = await listen({ rateLimiter: createRateLimiter({ perMinute: limit }) });
  await use("/oauth2/connect", limit);
  expect(await use("/oauth2/connect", 1)).toEqual([429]);
  expect(await use("/oauth2/callback/github", limit)).toEqual(times(limit, 200));
  expect(await use("/oauth2/callback/google", 1), "all providers together").toEqual([429]);
  expect(await use("/oauth2/confirm", limit)).toEqual(times(limit, 200));
  expect(await use("/api/connections", limit * 10)).toEqual(times(limit * 10, 200));
  expect(await use("/api/connections", 1)).toEqual([429]);
  expect(await use("/healthz", limit * 3)).toEqual(times(limit * 3, 200));
  expect(await use("/readyz", limit * 3)).toEqual(times(limit * 3, 200));
});

it("believes no X-Forwarded-For without trusted proxies", async () => {
  const { use } = await listen({ rateLimiter: createRateLimiter({ perMinute: limit }) });
  for (let client = 1; client <= limit; client += 1) {
    await use("/oauth2/connect", 1, { "x-forwarded-for": `203.0.113.${client}` });
  }
  expect(await use("/oauth2/connect", 1, { "x-forwarded-for": "203.0.113.200" })).toEqual([429]);
});

it("tells the clients of a trusted proxy apart, whatever they claim", async () => {
  const { use } = await listen({
    rateLimiter: createRateLimiter({ perMinute: limit }),
    trustedProxies: { hops: 1 },
  });
  const from = (address: string) => ({ "x-forwarded-for": `${Math.random()}, ${address}` });
  for (let time = 0; time < limit; time += 1) await use("/oauth2/connect", 1, from("203.0.113.1"));
  expect(await use("/oauth2/connect", 1, from("203.0.113.1"))).toEqual([429]);
  expect(await use("/oauth2/connect", 1, from("203.0.113.2"))).toEqual([200]);
});

it("takes an IPv6 network for one client, since one client has all of it", async () => {
  const limiter = createRateLimiter({ perMinute: limit });
  for (let host = 1; host <= limit; host += 1) {
    expect(await limiter.take("connect", `2001:db8:0:7::${host}`)).toBe(0);
  }
  expect(await limiter.take("connect", "2001:DB8::7:a:b:c:d")).toBeGreaterThan(0);
  expect(await limiter.take("connect", "2001:db8:0:8::1")).toBe(0);
  expect(await limiter.take("connect", "::1")).toBe(0);
});

it.each([
  ["Redis", "redis"],
  ["PostgreSQL", "postgres"],
] as const)(
  "counts together on one %s, and alone while it is away",
  {
    timeout: 60_000,
  },
  async (_name, kind) => {
    const { storage, kill } = await startStorage(kind);
    const openLimiter = async () => {
      const stores = await openStores(storage, pino({ level: "silent" }));
      onTestFinished(() => stores.close());
      return createRateLimiter({ perMinute: 4, shared: stores.counts });
    };
    const [one, other] = [await openLimiter(), await openLimiter()];
    for (const limiter of [one, other, one, other]) {
      expect(await limiter.take("callback", "203.0.113.1")).toBe(0);
    }
    for (const limiter of [one, other]) {
      const waitMs = await limiter.take("callback", "203.0.113.1");
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(60_000);
    }
    expect(await one.take("callback", "203.0.113.2")).toBe(0);

    await kill();
    for (let time = 0; time < 4; time += 1) {
      expect(await one.take("callback", "203.0.113.3")).toBe(0);
    }
    expect(await one.take("callback", "203.0.113.3")).toBeGreaterThan(0);
  },
);

it("counts alone where it may not use the table, and says which grant is missing", {
  timeout: 60_000,
}, async () => {
  const { storage } = await startStorage("postgres");
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  await (await openStores(storage, logger)).close();
  expect(lines).toEqual([]);
  const client = new Client({ connectionString: storage.connectionString });
  await client.connect();
  await client.query("DROP TABLE rak_oauth_rate_limit");
  await client.end();
  const stores = await openStores(storage, logger);
  onTestFinished(() => stores.close());
  expect(stores.counts).toBeUndefined();
  expect(lines.join("")).toContain("GRANT SELECT, INSERT, UPDATE, DELETE ON rak_oauth_rate_limit");
});

async function startStorage<Kind extends "redis" | "postgres">(kind: Kind) {
  const start = kind === "redis" ? startRedis : startPostgres;
  const server = await start({ ignoreEnvironment: true });
  onTestFinished(() => server.stop());
  const storage = (
    kind === "redis" ? { kind, url: server.url } : { kind, connectionString: server.url }
  ) as Extract<Storage, { readonly kind: Kind }>;
  return { storage, kill: () => server.kill() };
}
