import {
  type AuthorizationServer,
  findFreePort,
  signIn,
  startAuthorizationServer,
  startHttpServer,
  startRedis,
} from "@rak-oauth/test-kit";
import { expect, it, onTestFinished, vi } from "vitest";
import { deploy } from "./deployment.js";
import { type ServerProcess, startServerProcess } from "./server-process.js";

it("a callback that runs when SIGTERM comes ends well, and so does the process", {
  timeout: 120_000,
}, async () => {
  const world = await startWorld();
  const started = await world.agent.flow.start({ provider: "calendar", userId: "alice" });
  const held = world.holdTokenRequests();
  const signedIn = signIn({ url: started.url, user: "alice" });
  await held.arrived;
  world.server.process.kill("SIGTERM");
  await world.server.logged("stopping");
  held.release();
  const { status, body } = await signedIn;
  expect(status).toBe(200);
  expect(body).toContain("Calendar connected");
  expect(await world.server.ended).toBe(0);
  expect(world.server.output.stdout).toContain('"msg":"stopped"');
  expect(await world.agent.flow.waitForAuthorization(started.id)).toEqual({ status: "completed" });
});

it("is not ready from SIGTERM on, serves until its delay is over, and ends at once on a second one", {
  timeout: 120_000,
}, async () => {
  const world = await startWorld({ DRAIN_DELAY_SECONDS: "300" });
  const readiness = async () => (await fetch(`${world.publicUrl}/readyz`)).json();
  expect(await readiness()).toMatchObject({ status: "ready" });
  const { url } = await world.agent.flow.start({ provider: "calendar", userId: "alice" });
  world.server.process.kill("SIGTERM");
  await world.server.logged("stopping");
  expect(await readiness()).toEqual({
    status: "not_ready",
    parts: { credentials: "ok", pending_authorizations: "ok", server: "draining" },
  });
  expect((await signIn({ url, user: "alice" })).status).toBe(200);
  expect((await fetch(`${world.publicUrl}/healthz`)).status).toBe(200);
  world.server.process.kill("SIGTERM");
  expect(await world.server.ended).toBe(1);
});

it("ST-01 is not ready while its database is away, and by itself again after", {
  timeout: 120_000,
}, async () => {
  const world = await startWorld();
  const readiness = async () => {
    const response = await fetch(`${world.publicUrl}/readyz`);
    return { status: response.status, text: await response.text() };
  };
  await world.redis.kill();
  await vi.waitFor(async () => expect((await readiness()).status).toBe(503), { timeout: 30_000 });
  const { text } = await readiness();
  expect(JSON.parse(text)).toMatchObject({ status: "not_ready" });
  expect(text).not.toMatch(/redis|127\.0\.0\.1/);
  expect((await fetch(`${world.publicUrl}/healthz`)).status).toBe(200);
  await world.redis.restart();
  await vi.waitFor(async () => expect((await readiness()).status).toBe(200), { timeout: 30_000 });
});

async function startWorld(more: Readonly<Record<string, string>> = {}) {
  const redis = await startRedis({ ignoreEnvironment: true });
  onTestFinished(() => redis.stop());
  const authorizationServer = await startAuthorizationServer();
  onTestFinished(() => authorizationServer.stop());
  const gate = await startTokenGate(authorizationServer);
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const { issuer } = authorizationServer;
  const endpoints = {
    issuer,
    authUrl: `${issuer}/auth`,
    tokenUrl: gate.url,
    scopes: ["openid", "offline_access", "calendar.read"],
  };
  const deployment = await deploy({ kind: "redis", url: redis.url }, endpoints, publicUrl);
  const { clientId, clientSecret, redirectUri } = deployment;
  await authorizationServer.registerClient({ clientId, clientSecret, redirectUris: [redirectUri] });
  const server = startServerProcess({ ...deployment.settings, PORT: String(port), ...more });
  onTestFinished(() => end(server));
  await server.logged("ready");
  return { redis, publicUrl, server, agent: await deployment.openAgent(), ...gate };
}

/** The provider's token endpoint behind a gate that a test can close. */
async function startTokenGate({ issuer }: AuthorizationServer) {
  let gate = Promise.resolve();
  let arrive = () => {};
  const { url, stop } = await startHttpServer(async (request) => {
    const body = await request.text();
    arrive();
    await gate;
    const { method } = request;
    const headers = new Headers(request.headers);
    // It is set anew, and not every version of undici takes it twice.
    headers.delete("content-length");
    const answer = await fetch(`${issuer}/token`, { method, headers, body });
    const { status } = answer;
    return new Response(await answer.text(), {
      status,
      headers: { "content-type": "application/json" },
    });
  });
  onTestFinished(stop);
  return {
    url: `${url}/token`,
    holdTokenRequests() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      return { arrived, release: () => release() };
    },
  };
}

async function end(server: ServerProcess): Promise<void> {
  server.process.kill("SIGKILL");
  await server.ended;
}
