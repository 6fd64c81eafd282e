import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { generateKey, type OAuth2ConfigInput } from "@rak-oauth/core";
import {
  findFreePort,
  readEvents,
  type StreamedEvent,
  signIn,
  startAuthorizationServer,
  startPostgres,
  startRedis,
} from "@rak-oauth/test-kit";
import { expect, it, onTestFinished } from "vitest";
import { startServerProcess } from "../server-process.js";

const apiKey = "rak_oauth_canary-0123456789-0123456789-0123456789-01";

it.each([
  ["Redis", startOnRedis],
  ["PostgreSQL", startOnPostgres],
] as const)(
  "AC-20 EV-01 a client of one process learns what a callback in another did, through %s",
  { timeout: 180_000 },
  async (_name, startStorage) => {
    const world = await startTwoServers(await startStorage());
    const wish = { provider: "calendar", userId: "alice-of-our-app", tenantId: "acme" };

    const started = await world.start(wish);
    const poll = world.ask("GET", `/authorizations/${started.id}?wait=60`);
    const events = await world.listen(started.id);
    expect(await events.next()).toMatchObject({ event: "status", data: { status: "pending" } });
    const { status, body } = await signIn({ url: started.url, user: "alice" });
    expect(status, body).toBe(200);
    const completed = { id: started.id, status: "completed" };
    expect(await events.next()).toMatchObject({ event: "end", data: completed });
    const ended = (await (await poll).json()) as { readonly connection_id: string };
    expect(ended).toMatchObject(completed);

    const owner = "userId=alice-of-our-app&tenantId=acme";
    const listed = await world.ask("GET", `/connections?${owner}`);
    expect(await listed.json()).toMatchObject({
      connections: [{ id: ended.connection_id, provider: "calendar", status: "active" }],
    });
    const disconnected = await world.ask("DELETE", `/connections/${ended.connection_id}?${owner}`);
    expect(await disconnected.json()).toEqual({
      disconnected: true,
      access_token: "revoked",
      refresh_token: "revoked",
    });
    const left = await world.ask("GET", `/connections?${owner}`);
    expect(await left.json()).toEqual({ connections: [] });

    const again = await world.start({ ...wish, userId: "bob-of-our-app" });
    const news = await world.listen(again.id);
    await news.next();
    await signIn({ url: again.url, user: "bob", decision: "deny" });
    expect(await news.next()).toMatchObject({
      event: "end",
      data: { status: "denied", failure: "access_denied" },
    });

    const output = world.output();
    expect(output).toContain('"path":"/api/v1/authorizations/…"');
    const { agents } = world;
    const ofAlice = { client: "agent", tenantId: "acme", userId: "alice-of-our-app" };
    expect(await agents.logged("authorization started")).toMatchObject(ofAlice);
    expect(await agents.logged("connection ended")).toMatchObject({
      ...ofAlice,
      revocation: { access: "revoked", refresh: "revoked" },
    });
    for (const secret of [apiKey, started.id, again.id, "server-secret"]) {
      expect(output).not.toContain(secret);
    }
  },
);

it("ends the waits of its clients when it is told to stop", { timeout: 180_000 }, async () => {
  const world = await startTwoServers(await startOnRedis());
  const { id } = await world.start({ provider: "calendar", userId: "alice" });
  const poll = world.ask("GET", `/authorizations/${id}?wait=60`);
  const events = await world.listen(id);
  await events.next();
  world.agents.process.kill("SIGTERM");
  expect(await (await poll).json()).toMatchObject({ status: "pending" });
  expect(await events.next()).toBeUndefined();
  expect(await world.agents.ended).toBe(0);
  expect(world.output()).not.toContain("were cut off");
});

/** One server that browsers come to, and one that agents ask, on one storage. */
async function startTwoServers(storage: Readonly<Record<string, string>>) {
  const authorizationServer = await startAuthorizationServer();
  onTestFinished(() => authorizationServer.stop());
  const folder = await mkdtemp(join(tmpdir(), "callback-server-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [browserPort, agentPort] = [await findFreePort(), await findFreePort()];
  const publicUrl = `http://127.0.0.1:${browserPort}`;
  const { issuer } = authorizationServer;
  await authorizationServer.registerClient({
    clientId: "server",
    clientSecret: "server-secret",
    redirectUris: [`${publicUrl}/oauth2/callback/calendar`],
  });
  const provider: OAuth2ConfigInput = {
    provider: "calendar",
    displayName: "Calendar",
    clientId: "server",
    clientSecret: "server-secret",
    issuer,
    authUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    revocationUrl: `${issuer}/token/revocation`,
    scopes: ["openid", "offline_access", "calendar.read"],
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify([provider]));
  const keyLine = `test:${generateKey()}`;
  const start = async (port: number) => {
    const server = startServerProcess({
      ...storage,
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      RAK_OAUTH_KEYS: keyLine,
      RAK_OAUTH_PROVIDERS_FILE: providersFile,
      // The browser that is played has no session anywhere.
      RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true",
      RAK_OAUTH_API_KEYS: `agent:${hashApiKey(apiKey)}`,
    });
    onTestFinished(async () => {
      server.process.kill("SIGTERM");
      await server.ended;
    });
    await server.logged("ready");
    return server;
  };
  const browsers = await start(browserPort);
  const agents = await start(agentPort);
  const api = `http://127.0.0.1:${agentPort}/api/v1`;
  const headers = { authorization: `Bearer ${apiKey}` };
  const ask = async (method: string, path: string) => fetch(`${api}${path}`, { method, headers });
  return {
    agents,
    ask,
    output: () => [browsers, agents].map(({ output }) => output.stdout + output.stderr).join(""),
    async start(wish: object) {
      const response = await fetch(`${api}/authorizations`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(wish),
      });
      expect(response.status).toBe(201);
      return (await response.json()) as { readonly id: string; readonly url: string };
    },
    async listen(id: string) {
      const response = await fetch(`${api}/authorizations/${id}`, {
        headers: { ...headers, accept: "text/event-stream" },
      });
      const events = readEvents(response);
      return {
        /** The next event that is no comment; nothing at the end of the stream. */
        async next(): Promise<StreamedEvent | undefined> {
          for (;;) {
            const event = await events.next();
            if (event.done) return undefined;
            if (event.value.event !== "") return event.value;
          }
        },
      };
    },
  };
}

async function startOnRedis(): Promise<Readonly<Record<string, string>>> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return { REDIS_URL: redis.url };
}

async function startOnPostgres(): Promise<Readonly<Record<string, string>>> {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  return { DATABASE_URL: postgres.url };
}
