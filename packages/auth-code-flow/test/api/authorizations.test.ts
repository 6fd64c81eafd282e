import { randomBytes } from "node:crypto";
import { credentialId, StoreUnavailableError } from "@rak-oauth/core";
import { readEvents, type StreamedEvent } from "@rak-oauth/test-kit";
import { describe, expect, it, vi } from "vitest";
import { hashApiKey } from "../../src/api/index.js";
import { openApiWorld } from "./api-world.js";

const wish = { provider: "calendar", userId: "alice" };

interface Started {
  readonly id: string;
  readonly url: string;
}

async function openWorld() {
  const acmeKey = `rak_oauth_${randomBytes(32).toString("base64url")}`;
  const world = await openApiWorld({
    clients: [{ name: "acme", tenantId: "acme", keys: [hashApiKey(acmeKey)] }],
  });
  const start = async (body: object = wish, bearer?: string) =>
    (await (await world.ask("POST", "/authorizations", { body, bearer })).json()) as Started;
  return { ...world, acmeKey, start };
}

describe("POST /authorizations", () => {
  it("gives the link for the user, and what it asks for", async () => {
    const { ask, pendingAuthorizations, log } = await openWorld();
    const returnTo = "https://app.example/done";
    const body = {
      ...wish,
      tenantId: "acme",
      account: "work",
      scopes: ["calendar.write"],
      returnTo,
    };
    const response = await ask("POST", "/authorizations", { body });
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const started = (await response.json()) as Started;
    expect(started).toEqual({
      id: expect.stringMatching(/^[\w-]{43}$/),
      url: `http://127.0.0.1:3000/oauth2/connect?request=${started.id}`,
      provider: "calendar",
      scopes: ["calendar.read", "calendar.write"],
      expires_at: "2026-01-01T00:10:00.000Z",
    });
    const key = { tenantId: "acme", userId: "alice", provider: "calendar", account: "work" };
    expect((await pendingAuthorizations.read(started.id))?.key).toEqual(key);
    expect(log.started).toEqual([[key, "everything"]]);
  });

  it.each<[string, unknown, string]>([
    [
      "another provider",
      { ...wish, provider: "mail" },
      'There is no provider "mail". There is: calendar.',
    ],
    [
      "an address that is not allowed",
      { ...wish, returnTo: "https://evil.example/" },
      "returnTo must be an absolute address of an origin in returnToOrigins (https://app.example). Add the origin there, or leave returnTo out.",
    ],
    ["no user", { provider: "calendar" }, "userId is missing."],
    ["an empty user", { ...wish, userId: "" }, "userId is empty; leave it out or give it a value."],
    ["a user that is no text", { ...wish, userId: 7 }, "userId must be one text."],
    [
      "a user that no key can hold",
      { ...wish, userId: "a\0" },
      "Credential key: userId contains a NUL character.",
    ],
    [
      "scopes in one text",
      { ...wish, scopes: ["a b"] },
      "scopes[0] must be one scope without spaces or quotes.",
    ],
    ["a misspelt name", { ...wish, user_id: "canary" }, "user_id is not known here."],
    [
      "several faults",
      { userId: 1, scopes: "a" },
      "provider is missing; userId must be one text; scopes must be a list of scopes.",
    ],
    ["no object", ["canary"], "The body must be a JSON object."],
  ])("refuses %s in one sentence", async (_name, body, detail) => {
    const { ask } = await openWorld();
    const response = await ask("POST", "/authorizations", { body });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({ title: "Bad Request", status: 400, detail });
  });

  it("refuses what is no JSON, and what is too long", async () => {
    const { api, key } = await openWorld();
    const send = (type: string, body: string) =>
      api.handler(
        new Request("http://127.0.0.1:3000/api/v1/authorizations", {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": type },
          body,
        }),
      );
    expect(await (await send("application/json", "{canary")).json()).toEqual({
      title: "Bad Request",
      status: 400,
      detail: "The body is no JSON.",
    });
    expect((await send("text/plain", JSON.stringify(wish))).status).toBe(415);
    const long = JSON.stringify({ ...wish, userId: "x".repeat(65_536) });
    expect(await (await send("application/json", long)).json()).toMatchObject({
      status: 413,
      detail: "The body is longer than 65536 bytes.",
    });
  });

  it("starts nothing outside of the tenant that a client is bound to", async () => {
    const { ask, acmeKey, start, pendingAuthorizations } = await openWorld();
    const foreign = await ask("POST", "/authorizations", {
      body: { ...wish, tenantId: "other" },
      bearer: acmeKey,
    });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).not.toContain("acme");
    const { id } = await start(wish, acmeKey);
    expect((await pendingAuthorizations.read(id))?.key.tenantId).toBe("acme");
  });

  it("says that the storage is away, and when to come again", async () => {
    const { ask, pendingAuthorizations } = await openWorld();
    vi.spyOn(pendingAuthorizations, "open").mockRejectedValue(
      new StoreUnavailableError("canary-host:5432"),
    );
    const response = await ask("POST", "/authorizations", { body: wish });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.text()).not.toContain("canary");
  });
});

describe("GET /authorizations/:id", () => {
  it("tells how it stands", async () => {
    const { ask, start, pendingAuthorizations } = await openWorld();
    const { id } = await start();
    const pending = { id, provider: "calendar", expires_at: "2026-01-01T00:10:00.000Z" };
    const look = async () => (await ask("GET", `/authorizations/${id}`)).json();
    expect(await look()).toEqual({ ...pending, status: "pending" });
    await pendingAuthorizations.settle(id, { status: "completed" });
    expect(await look()).toEqual({
      ...pending,
      status: "completed",
      connection_id: credentialId(wish),
    });
  });

  it("does not tell an unknown id from one of another tenant", async () => {
    const { ask, acmeKey, start } = await openWorld();
    const { id } = await start({ ...wish, tenantId: "other" });
    const own = await start(wish, acmeKey);
    expect((await ask("GET", `/authorizations/${own.id}`, { bearer: acmeKey })).status).toBe(200);
    const [foreign, unknown, forged] = await Promise.all(
      [id, randomBytes(32).toString("base64url"), `${id.slice(0, -1)}%00`].map(async (each) => {
        const response = await ask("GET", `/authorizations/${each}`, { bearer: acmeKey });
        return { status: response.status, body: await response.text() };
      }),
    );
    expect(foreign?.status).toBe(404);
    expect(foreign?.body).not.toContain(id);
    expect(unknown).toEqual(foreign);
    expect(forged).toEqual(foreign);
  });

  it("waits until it ends, when asked to", async () => {
    const { ask, start, time, pendingAuthorizations } = await openWorld();
    const { id } = await start();
    const answer = ask("GET", `/authorizations/${id}?wait=60`);
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    await pendingAuthorizations.settle(id, { status: "failed", failure: "access_denied" });
    expect(await (await answer).json()).toMatchObject({
      status: "denied",
      failure: "access_denied",
    });
  });

  it("waits no longer than it was asked to, nor than the user has", async () => {
    const { ask, start, time } = await openWorld();
    const { id } = await start();
    const answer = ask("GET", `/authorizations/${id}?wait=2`);
    await vi.waitFor(() => expect(time.delaysMs).toEqual([2000]));
    const before = await ask("GET", `/authorizations/${id}`);
    const { expires_at } = (await before.json()) as { readonly expires_at: string };
    time.advance(2000);
    // Its end does not move while somebody waits.
    expect(await (await answer).json()).toMatchObject({ status: "pending", expires_at });

    time.advance(597_000);
    const last = ask("GET", `/authorizations/${id}?wait=60`);
    await vi.waitFor(() => expect(time.delaysMs).toEqual([1000]));
    time.advance(1000);
    expect(await (await last).json()).toMatchObject({ status: "expired", failure: "expired" });
  });

  it.each(["61", "-1", "soon", "1&wait=2", "1&for=ever"])(
    "refuses to wait for %s",
    async (seconds) => {
      const { ask, start } = await openWorld();
      const { id } = await start();
      const response = await ask("GET", `/authorizations/${id}?wait=${seconds}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        detail: expect.stringMatching(/^(wait is|wait must|for is not known)/),
      });
    },
  );

  it("stops waiting with its client", async () => {
    const { ask, start, time } = await openWorld();
    const { id } = await start();
    const client = new AbortController();
    const answer = ask("GET", `/authorizations/${id}?wait=60`, { signal: client.signal });
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    client.abort();
    await answer;
    expect(time.delaysMs).toEqual([]);
  });

  it("answers at once when the server stops", async () => {
    const { api, ask, start, time } = await openWorld();
    const { id } = await start();
    const answer = ask("GET", `/authorizations/${id}?wait=60`);
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    api.close();
    expect(await (await answer).json()).toMatchObject({ status: "pending" });
    const later = await ask("GET", `/authorizations/${id}?wait=60`);
    expect(await later.json()).toMatchObject({ status: "pending" });
  });
});

describe("the events of GET /authorizations/:id", () => {
  async function listen() {
    const world = await openWorld();
    const { id } = await world.start();
    const client = new AbortController();
    const response = await world.ask("GET", `/authorizations/${id}`, {
      headers: { accept: "text/event-stream" },
      signal: client.signal,
    });
    const events = readEvents(response);
    const next = async () => (await events.next()).value as StreamedEvent;
    return { ...world, id, client, response, events, next };
  }

  it("are for GET alone: HEAD is answered, and leaves no wait behind", async () => {
    const { ask, start, time } = await openWorld();
    const path = `/authorizations/${(await start()).id}`;
    const head = await ask("HEAD", path, { headers: { accept: "text/event-stream" } });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    // Begins later, so that a wait of the HEAD would be there before it.
    void ask("GET", `${path}?wait=2`);
    await vi.waitFor(() => expect(time.delaysMs).toContain(2000));
    expect(time.delaysMs).toEqual([2000]);
  });

  it("are its status now, a comment now and then, and its end", async () => {
    const { id, response, events, next, time, pendingAuthorizations } = await listen();
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await next()).toMatchObject({ event: "status", data: { id, status: "pending" } });
    // The store may be looked at in between, so time goes on in small steps.
    const comment = next();
    for (let step = 0; step < 3; step += 1) {
      await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
      time.advance(5000);
    }
    expect(await comment).toEqual({ event: "", data: "waiting" });
    await pendingAuthorizations.settle(id, { status: "completed" });
    expect(await next()).toMatchObject({
      event: "end",
      data: { status: "completed", connection_id: credentialId(wish) },
    });
    expect((await events.next()).done).toBe(true);
  });

  it.each([
    ["denial", "access_denied", "denied"],
    ["fault of the provider", "provider_error", "failed"],
  ])("end with a %s", async (_name, failure, status) => {
    const { id, events, next, pendingAuthorizations } = await listen();
    await next();
    await pendingAuthorizations.settle(id, { status: "failed", failure });
    expect(await next()).toMatchObject({ event: "end", data: { status, failure } });
    expect((await events.next()).done).toBe(true);
  });

  it("end when the user's time is over", async () => {
    const { events, next, time } = await listen();
    await next();
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    time.advance(600_000);
    let event = await next();
    while (event.event === "") event = await next();
    expect(event).toMatchObject({ event: "end", data: { status: "expired" } });
    expect((await events.next()).done).toBe(true);
  });

  it("end without an end when the server stops, so that the client asks another", async () => {
    const { api, events, next } = await listen();
    await next();
    api.close();
    expect((await events.next()).done).toBe(true);
  });

  it("stop with their client", async () => {
    const { client, next, time } = await listen();
    await next();
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    client.abort();
    await vi.waitFor(() => expect(time.delaysMs).toEqual([]));
  });

  it("tell of a storage that is away, and end", async () => {
    const { events, next, time, pendingAuthorizations, log } = await listen();
    await next();
    await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1));
    vi.spyOn(pendingAuthorizations, "read").mockRejectedValue(new StoreUnavailableError("away"));
    time.advance(5000);
    expect(await next()).toMatchObject({ event: "problem", data: { status: 503 } });
    expect((await events.next()).done).toBe(true);
    expect(log.failures).toEqual([new StoreUnavailableError("away")]);
  });
});
