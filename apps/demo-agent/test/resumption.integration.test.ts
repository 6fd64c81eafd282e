import { randomUUID } from "node:crypto";
import { generateKey } from "@rak-oauth/core";
import { migrate } from "@rak-oauth/credential-store-prisma";
import type { PendingAuthorizationResult, ResumedCall } from "@rak-oauth/rest-tool-adapter";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
  startPostgres,
  startRedis,
} from "@rak-oauth/test-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startAgentChild } from "./agent-child.js";
import { openStack, type Stack, type StackSettings } from "./resumption-stack.js";

const clientSecret = "canary-client-secret";

let authorizationServer: AuthorizationServer;
let api: HttpServer;
let callbackServer: HttpServer;
let stack: Stack;
/** What the API was asked to create, with whose token, in every test so far. */
const created: { title: string; owner: string | undefined }[] = [];
/** Whether the API keeps its caller waiting. */
let isSilent: boolean;

beforeAll(async () => {
  callbackServer = await startHttpServer((request) => stack.flow.handler(request));
  authorizationServer = await startAuthorizationServer({
    clients: [
      {
        clientId: "agent",
        clientSecret,
        redirectUris: [`${callbackServer.url}/oauth2/callback`],
      },
    ],
  });
  api = await startHttpServer(async (request) => {
    const token = (request.headers.get("authorization") ?? "").replace("Bearer ", "");
    const owner = (await authorizationServer.verifyAccessToken(token))?.sub;
    const { title } = (await request.json()) as { title: string };
    created.push({ title, owner });
    if (isSilent) return new Promise<Response>(() => {});
    return Response.json({ title, owner }, { status: 201 });
  });
});

afterAll(async () => {
  await api.stop();
  await authorizationServer.stop();
  await callbackServer.stop();
});

beforeEach(() => {
  isSilent = false;
});

const stores = {
  async Redis() {
    const redis = await startRedis({ ignoreEnvironment: true });
    return { url: redis.url, stop: () => redis.stop() };
  },
  async PostgreSQL() {
    const postgres = await startPostgres({ ignoreEnvironment: true });
    await migrate({ connectionString: postgres.url });
    return { url: postgres.url, stop: () => postgres.stop() };
  },
};

/** Processes that compile their sources first are slow on a busy machine. */
const options = { timeout: 180_000 };

describe.each(Object.entries(stores))("agents that share one %s", options, (_name, start) => {
  let settings: StackSettings;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const store = await start();
    ({ stop } = store);
    settings = {
      storeUrl: store.url,
      keys: `test:${generateKey()}`,
      issuer: authorizationServer.issuer,
      clientSecret,
      callbackUrl: callbackServer.url,
      apiUrl: api.url,
    };
    stack = await openStack(settings);
  });

  afterAll(async () => {
    await stack.close();
    await stop();
  });

  /** A call of this process. */
  async function suspend(title: string): Promise<PendingAuthorizationResult> {
    const [tool] = stack.auth.forUser(randomUUID()).tools();
    const result = await tool?.execute({ title }, { callId: `call of ${title}` });
    return result?.pending ? result : expect.unreachable("nobody ever connected");
  }

  const titled = (title: string) => created.filter((event) => event.title === title);

  it("RT-09 what one process suspended, another makes: once, though twenty try", async () => {
    const title = randomUUID();
    const first = await startAgentChild(settings);
    const call = { kind: "call", userId: randomUUID(), title, callId: `call of ${title}` } as const;
    const pending = await first.follow<PendingAuthorizationResult>(call);
    await first.kill();
    const { auth_request_id: id, auth_url: url } = pending;
    const [one, other] = await Promise.all([startAgentChild(settings), startAgentChild(settings)]);
    const order = { kind: "resume", id, times: 10 } as const;
    const waiting = [one, other].map((agent) => agent.follow<readonly ResumedCall[]>(order));
    await signIn({ url, user: "alice" });
    const resumed = (await Promise.all(waiting)).flat();
    expect(resumed).toMatchObject([
      {
        callId: `call of ${title}`,
        toolName: "create_event",
        result: { status: "ok", httpStatus: 201, data: { title, owner: "alice" } },
      },
    ]);
    expect(titled(title)).toEqual([{ title, owner: "alice" }]);
    expect(await stack.auth.resumption?.list(id)).toEqual([]);
    expect(JSON.stringify(resumed)).not.toContain("canary");
  });

  it("AC-20 the model of another process is told that the user denied, once", async () => {
    const title = randomUUID();
    const { auth_request_id: id, auth_url: url } = await suspend(title);
    const agent = await startAgentChild(settings);
    const waiting = agent.follow<readonly ResumedCall[]>({ kind: "resume", id, times: 10 });
    await signIn({ url, user: "alice", decision: "deny" });
    expect(await waiting).toMatchObject([{ result: { error: "authorization_denied" } }]);
    expect(titled(title)).toEqual([]);
  });

  it("RT-09 a process killed while it makes a call leaves it taken, and nobody makes it again", async () => {
    const title = randomUUID();
    const { auth_request_id: id, auth_url: url } = await suspend(title);
    await signIn({ url, user: "alice" });
    const agent = await startAgentChild(settings);
    isSilent = true;
    const lost = agent.follow({ kind: "resume", id, times: 1 });
    const told = expect(lost).rejects.toThrow("SIGKILL");
    await vi.waitFor(() => expect(titled(title)).toHaveLength(1), { timeout: 90_000 });
    await agent.kill();
    await told;
    isSilent = false;
    const again = Array.from({ length: 10 }, () => stack.auth.resumption?.resume(id));
    expect((await Promise.all(again)).flat()).toEqual([]);
    expect(await stack.auth.resumption?.list(id)).toEqual([
      { callId: `call of ${title}`, toolName: "create_event", status: "taken" },
    ]);
    expect(titled(title)).toHaveLength(1);
  });
});
