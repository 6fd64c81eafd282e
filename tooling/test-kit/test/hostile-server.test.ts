import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import {
  type HostileServer,
  misbehaviours,
  type StartHostileServerOptions,
  startHostileServer,
} from "../src/index.js";

let server: HostileServer;

afterEach(() => server.stop());

async function start(options?: StartHostileServerOptions): Promise<void> {
  server = await startHostileServer(options);
}

function post(path: string, form: Record<string, string>, headers = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: "POST",
    body: new URLSearchParams(form),
    headers,
    redirect: "manual",
  });
}

function refresh(refreshToken: string): Promise<Response> {
  return post("/token", { grant_type: "refresh_token", refresh_token: refreshToken });
}

async function refreshed(refreshToken: string): Promise<Record<string, unknown>> {
  const response = await refresh(refreshToken);
  return { status: response.status, ...((await response.json()) as object) };
}

describe("rotation", () => {
  it("strict: a spent refresh token ends the whole grant", async () => {
    await start();
    const { id, refreshToken } = server.issueGrant({ userId: "alice", lifetimeSeconds: 60 });
    const second = await refreshed(refreshToken);
    expect(second).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 60 });
    expect(server.isLiving(refreshToken)).toBe(false);
    expect(server.isLiving(String(second["refresh_token"]))).toBe(true);
    expect(await refreshed(refreshToken)).toEqual({ status: 400, error: "invalid_grant" });
    expect(await refreshed(String(second["refresh_token"]))).toMatchObject({ status: 400 });
    expect(server.verifyAccessToken(String(second["access_token"]))).toBeUndefined();
    expect(server.grant(id)).toEqual({
      id,
      userId: "alice",
      alive: false,
      tokenRequests: 3,
      rotations: 1,
      staleSpends: 1,
      maximumConcurrentRequests: 1,
    });
  });

  it("one grant's death leaves the others alone", async () => {
    await start();
    const [dead, living] = [server.issueGrant(), server.issueGrant()];
    server.revokeGrant(dead.id);
    expect(await refreshed(dead.refreshToken)).toMatchObject({ status: 400 });
    expect(await refreshed(living.refreshToken)).toMatchObject({ status: 200 });
    expect(server.grants.map(({ alive }) => alive)).toEqual([false, true]);
  });

  it("a reuse window gives the current refresh token again until it ends", async () => {
    let now = 0;
    await start({ rotation: { reuseWindowMs: 1_000 }, clock: { now: () => now } });
    const { id, refreshToken } = server.issueGrant();
    const second = await refreshed(refreshToken);
    now += 1_000;
    const again = await refreshed(refreshToken);
    expect(again["refresh_token"]).toBe(second["refresh_token"]);
    now += 1;
    expect(await refreshed(refreshToken)).toMatchObject({ error: "invalid_grant" });
    expect(server.grant(id)).toMatchObject({ alive: false, rotations: 1, staleSpends: 2 });
  });

  it("a reuse window may give a new refresh token, and both then live", async () => {
    await start({ rotation: { reuseWindowMs: 60_000, gives: "new" } });
    const { refreshToken } = server.issueGrant();
    const second = String((await refreshed(refreshToken))["refresh_token"]);
    const sibling = String((await refreshed(refreshToken))["refresh_token"]);
    expect(sibling).not.toBe(second);
    expect([server.isLiving(second), server.isLiving(sibling)]).toEqual([true, true]);
  });

  it("a reuse window does not save the refresh token before the previous one", async () => {
    await start({ rotation: { reuseWindowMs: 60_000 } });
    const { id, refreshToken } = server.issueGrant();
    const second = String((await refreshed(refreshToken))["refresh_token"]);
    await refreshed(second);
    expect(await refreshed(refreshToken)).toMatchObject({ error: "invalid_grant" });
    expect(server.grant(id).alive).toBe(false);
  });

  it("none: the refresh token stays, and answers do not repeat it", async () => {
    await start({ rotation: "none" });
    const { id, refreshToken } = server.issueGrant({ scopes: ["a", "b"] });
    const answer = await refreshed(refreshToken);
    expect(answer).toMatchObject({ status: 200, scope: "a b" });
    expect(answer).not.toHaveProperty("refresh_token");
    expect(await refreshed(refreshToken)).toMatchObject({ status: 200 });
    expect(server.grant(id)).toMatchObject({ rotations: 0, staleSpends: 0, tokenRequests: 2 });
  });
});

describe("answers it is told to give", () => {
  it("gives the next ones first, then the one for always, then its own", async () => {
    await start();
    server.answerAlways({ status: 500 });
    server.answerNext("HTTP 429 with a page", { times: 2 });
    const { refreshToken } = server.issueGrant();
    const statuses = [];
    for (let request = 0; request < 3; request += 1) {
      statuses.push((await refresh(refreshToken)).status);
    }
    server.answerAlways(undefined);
    statuses.push((await refresh(refreshToken)).status);
    expect(statuses).toEqual([429, 429, 500, 200]);
  });

  it("decides by the request where it is a function", async () => {
    await start();
    const [unlucky, lucky] = [server.issueGrant(), server.issueGrant()];
    server.answerAlways(({ request }) =>
      request.grantId === unlucky.id ? { status: 503 } : undefined,
    );
    expect((await refresh(lucky.refreshToken)).status).toBe(200);
    expect((await refresh(unlucky.refreshToken)).status).toBe(503);
  });

  it.each([
    ["before-commit", 0],
    ["after-commit", 1],
  ] as const)("loses an answer %s", async (lostAnswer, rotations) => {
    await start();
    const { id, refreshToken } = server.issueGrant();
    server.answerNext({ lostAnswer });
    await expect(refresh(refreshToken)).rejects.toThrow();
    expect(server.grant(id)).toMatchObject({ alive: true, tokenRequests: 1, rotations });
  });

  it("refuses a name that no misbehaviour has", async () => {
    await start();
    expect(() => server.answerNext("the body is poetry")).toThrow("the body is poetry");
  });

  it("knows each misbehaviour by a name of its own", async () => {
    await start();
    expect(new Set(misbehaviours.map(({ name }) => name)).size).toBe(misbehaviours.length);
  });

  it("lies about no refusal of its own", async () => {
    await start();
    server.answerNext("expires_in is -1");
    expect(await refreshed("unknown")).toEqual({ status: 400, error: "invalid_grant" });
  });
});

describe("holding", () => {
  it("tells that requests are in flight, and lets them go on", async () => {
    await start();
    const { id, refreshToken } = server.issueGrant();
    const held = server.hold();
    const first = refreshed(refreshToken);
    await held.arrived();
    expect(server.grant(id).rotations).toBe(0);
    const second = refreshed(refreshToken);
    await held.arrived(2);
    expect(held.waiting).toBe(2);
    held.release();
    expect([await first, await second].map((answer) => answer["status"]).sort()).toEqual([
      200, 400,
    ]);
    expect(server.grant(id)).toMatchObject({ staleSpends: 1, maximumConcurrentRequests: 2 });
  });

  it("holds an answer when the server has acted, whether or not the client is still there", async () => {
    await start();
    const { id, refreshToken } = server.issueGrant();
    const held = server.hold({ at: "after-commit" });
    const client = new AbortController();
    const request = fetch(`${server.url}/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
      signal: client.signal,
    });
    await held.arrived();
    expect(server.grant(id).rotations).toBe(1);
    client.abort();
    await expect(request).rejects.toThrow();
    held.release();
    expect(server.grant(id).alive).toBe(true);
  });

  it("lets go of what it holds when it stops", async () => {
    await start();
    const held = server.hold();
    const request = refresh("unknown");
    request.catch(() => {});
    await held.arrived();
    await server.stop();
    await expect(request).rejects.toThrow();
  });
});

describe("what it has seen", () => {
  it("counts requests at once and in a second", async () => {
    let now = 0;
    await start({ clock: { now: () => now } });
    const held = server.hold();
    const requests = [1, 2, 3].map(() => refresh("unknown"));
    await held.arrived(3);
    held.release();
    await Promise.all(requests);
    now += 999;
    await refresh("unknown");
    now += 1;
    await refresh("unknown");
    expect(server.meter).toMatchObject({
      requests: 5,
      maximumConcurrentRequests: 3,
      maximumRequestsPerSecond: 4,
    });
    server.meter.reset();
    expect(server.meter).toMatchObject({ requests: 0, maximumRequestsPerSecond: 0 });
  });

  it("gives form and headers to assertions, and prints neither", async () => {
    await start();
    const { id, refreshToken } = server.issueGrant();
    await post(
      "/token",
      { grant_type: "refresh_token", refresh_token: refreshToken },
      { authorization: `Basic ${server.canary}` },
    );
    const [request] = server.requests;
    expect(request).toMatchObject({
      endpoint: "token",
      method: "POST",
      grantType: "refresh_token",
      grantId: id,
    });
    expect(request?.form.get("refresh_token")).toBe(refreshToken);
    expect(request?.headers.get("authorization")).toBe(`Basic ${server.canary}`);
    const printed = inspect(server.requests, { depth: 9, showHidden: true });
    expect(printed + JSON.stringify(server.requests)).not.toContain(server.canary);
  });
});
