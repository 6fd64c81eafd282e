import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { createCallbackServer } from "../src/create-callback-server.js";
import { createFlowObserver } from "../src/observe-flows.js";
import { observeProcess } from "../src/observe-process.js";
import { type MetricsServer, serveMetrics } from "../src/serve-metrics.js";

let server: MetricsServer;

beforeEach(async () => {
  server = await serveMetrics({ port: 0, host: "127.0.0.1" });
});

afterEach(() => server.stop());

async function scrape(): Promise<readonly string[]> {
  const response = await fetch(server.url);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  return (await response.text()).split("\n");
}

function sampleOf(lines: readonly string[], name: string, ...labels: string[]): number | undefined {
  const line = lines.find(
    (each) => each.split(/[{ ]/)[0] === name && labels.every((label) => each.includes(label)),
  );
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

it("counts and times requests by route and status, whatever paths and methods are made up", async () => {
  const { fetch: ask } = createCallbackServer({
    handler: (request) => new Response("", { status: request.url.includes("github") ? 400 : 200 }),
  });
  const get = (path: string, method = "GET") =>
    ask(new Request(`http://localhost${path}`, { method }));
  await get("/oauth2/callback/github?code=canary&state=canary");
  await get("/oauth2/callback/google?code=canary");
  await get("/canary/1");
  await get("/canary/2", "CANARY");
  const lines = await scrape();
  const count = "http_server_request_duration_count";
  const callback = 'http_route="/oauth2/callback/:provider"';
  expect(sampleOf(lines, count, callback, 'http_response_status_code="400"')).toBe(1);
  expect(sampleOf(lines, count, callback, 'http_response_status_code="200"')).toBe(1);
  expect(sampleOf(lines, count, 'http_route="other"', 'http_request_method="GET"')).toBe(1);
  expect(sampleOf(lines, count, 'http_route="other"', 'http_request_method="_OTHER"')).toBe(1);
  expect(lines.join()).not.toMatch(/canary/i);
});

it("counts flows by how they end, and only once", async () => {
  const flows = createFlowObserver();
  const store = flows.watch(new MemoryPendingAuthorizationStore());
  const open = (id: string, provider: string, joinKey = id) =>
    store.open(
      {
        id,
        joinKey,
        stateHash: `hash of ${id}`,
        key: { provider, userId: "canary" },
        sealed: new Uint8Array(),
        keyId: "test",
      },
      { ttlMs: 60_000, joinIfRemainingMs: 1_000 },
    );
  await open("a", "github", "join");
  await open("b", "github", "join");
  await open("c", "google");
  await open("d", "google");
  for (const id of ["a", "c", "d"]) await store.find(`hash of ${id}`);
  await store.settle("a", { status: "completed" });
  await store.settle("a", { status: "completed" });
  await store.settle("c", { status: "failed", failure: "access_denied" });
  await store.settle("d", { status: "failed", failure: "provider_error" });
  flows.expired("google");
  const lines = await scrape();
  const started = "rak_oauth_flows_started_total";
  const ended = "rak_oauth_flows_ended_total";
  const of = (provider: string) => `rak_oauth_provider="${provider}"`;
  expect(sampleOf(lines, started, of("github")), "joined ones are no new ones").toBe(1);
  expect(sampleOf(lines, started, of("google"))).toBe(2);
  expect(sampleOf(lines, ended, of("github"), 'outcome="completed"')).toBe(1);
  expect(sampleOf(lines, ended, of("google"), 'outcome="denied"')).toBe(1);
  expect(sampleOf(lines, ended, of("google"), 'outcome="failed"')).toBe(1);
  expect(sampleOf(lines, ended, of("google"), 'outcome="expired"')).toBe(1);
  expect(lines.join()).not.toContain("canary");
});

it("shows what token managers of the process tell", async () => {
  const key = { provider: "github", userId: "canary" };
  const credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`test:${generateKey()}`),
  });
  await credentials.storeCredentials(key, {
    accessToken: new AccessToken("canary", { expiresAt: new Date(Date.now() + 3_600_000) }),
  });
  const tokens = new TokenManager({
    credentials,
    config: defineOAuth2Config({
      provider: "github",
      clientId: "id",
      authUrl: "https://as.example/authorize",
      tokenUrl: "https://as.example/token",
      redirectUri: "https://agent.example.com/oauth2/callback/github",
    }),
  });
  onTestFinished(() => tokens.close());
  await tokens.getToken({ userId: "canary" });
  const lines = await scrape();
  expect(sampleOf(lines, "rak_oauth_tokens_served_total", 'origin="store"')).toBe(1);
  expect(lines.join()).not.toContain("canary");
});

it("tells of the process and of its stores", async () => {
  observeProcess(async () => ({ credentials: "ok", pending_authorizations: "store_unavailable" }));
  const lines = await scrape();
  expect(sampleOf(lines, "process_memory_usage")).toBeGreaterThan(1e6);
  expect(sampleOf(lines, "process_cpu_time_total", 'cpu_mode="user"')).toBeGreaterThan(0);
  expect(sampleOf(lines, "process_uptime")).toBeGreaterThan(0);
  expect(sampleOf(lines, "nodejs_eventloop_delay_p99")).toBeGreaterThanOrEqual(0);
  expect(sampleOf(lines, "rak_oauth_store_ready", 'store="credentials"')).toBe(1);
  expect(sampleOf(lines, "rak_oauth_store_ready", 'store="pending_authorizations"')).toBe(0);
});

it("has nothing else on its port", async () => {
  expect((await fetch(new URL("/", server.url))).status).toBe(404);
  expect((await fetch(server.url, { method: "POST" })).status).toBe(404);
});
