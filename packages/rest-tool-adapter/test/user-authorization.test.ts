import { ConfigurationError, MissingUserIdError } from "@rak-oauth/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { oauth2, RestApiTool } from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const alice = { userId: "alice" };

function bearers(): (string | null)[] {
  return world.calls.map(({ headers }) => headers.get("authorization"));
}

describe("a tool that acts as its user", () => {
  it("each user's call carries that user's token", async () => {
    await world.connect(alice, "token-of-alice");
    await world.connect({ userId: "bob" }, "token-of-bob");
    await world.connect({ userId: "alice", tenantId: "other" }, "token-of-other-alice");
    const tool = world.createTool();
    world.api = () => Response.json({ events: [] });
    for (const context of [alice, { userId: "bob" }, { userId: "alice", tenantId: "other" }]) {
      expect(await tool.execute({}, context)).toEqual({
        status: "ok",
        httpStatus: 200,
        data: { events: [] },
      });
    }
    expect(bearers()).toEqual([
      "Bearer token-of-alice",
      "Bearer token-of-bob",
      "Bearer token-of-other-alice",
    ]);
  });

  it("ends with its time, though asking the user does not", async () => {
    const { tokens } = world;
    const authorization = { start: () => new Promise<never>(() => {}) };
    const tool = world.createTool({ timeoutMs: 200, auth: oauth2({ tokens, authorization }) });
    expect(await tool.execute({}, alice)).toMatchObject({ error: "timeout" });
  });

  it("ends with its caller while the user is asked, and leaves the asking to others", async () => {
    const { tokens, flow } = world;
    const caller = new AbortController();
    const reason = new Error("enough");
    let go = () => {};
    const isOther = new Promise<void>((resolve) => {
      go = resolve;
    });
    let starts = 0;
    const authorization = {
      async start(wish: Parameters<typeof flow.start>[0]) {
        starts += 1;
        caller.abort(reason);
        await isOther;
        return flow.start(wish);
      },
    };
    const tool = world.createTool({ auth: oauth2({ tokens, authorization }) });
    const given = tool.execute({}, { ...alice, signal: caller.signal });
    const other = tool.execute({}, alice);
    await expect(given).rejects.toBe(reason);
    go();
    expect(await other).toMatchObject({ pending: true });
    expect(starts).toBe(1);
  });

  it("RT-05 without a user it throws, and uses nobody else's credential", async () => {
    await world.connect(alice, "token-of-alice");
    const tool = world.createTool();
    const contexts = [{}, { userId: "" }, { userId: undefined }, { userId: null as never }];
    for (const context of [...contexts, { tenantId: "t" }, undefined]) {
      await expect(tool.execute({}, context)).rejects.toThrow(MissingUserIdError);
    }
    expect(world.calls).toEqual([]);
  });

  it("RT-05 a user who never connected gets a link, not the token of another", async () => {
    await world.connect(alice, "token-of-alice");
    const result = await world.createTool().execute({}, { userId: "mallory" });
    expect(result).toMatchObject({ pending: true });
    expect(await world.createTool().execute({}, { ...alice, tenantId: "t" })).toMatchObject({
      pending: true,
    });
    expect(world.calls).toEqual([]);
  });

  it("RT-06 an inbound bearer is never passed on", async () => {
    await world.connect(alice, "token-of-alice");
    const inbound = {
      ...alice,
      authorization: "Bearer inbound",
      token: "inbound",
      headers: { authorization: "Bearer inbound", cookie: "inbound" },
      request: new Request("http://127.0.0.1/", { headers: { authorization: "Bearer inbound" } }),
    };
    await world.createTool().execute({}, inbound);
    expect(bearers()).toEqual(["Bearer token-of-alice"]);
    const [call] = world.calls;
    expect(JSON.stringify([...(call?.headers ?? [])]) + call?.url).not.toContain("inbound");
    expect(await world.createTool().execute({}, { ...inbound, userId: "bob" })).toMatchObject({
      pending: true,
    });
    expect(world.calls).toHaveLength(1);
  });
});

describe("a user who has to authorize", () => {
  it("the result is exactly the pending contract", async () => {
    const tool = world.createTool({
      auth: oauth2({ tokens: world.tokens, authorization: world.flow, scopes: ["calendar.write"] }),
    });
    const result = await tool.execute({}, alice);
    expect(result).toEqual({
      pending: true,
      message:
        "Authorization required: connect Example Calendar to use list_events. Give the user the link in auth_url, and call the tool again when they are done.",
      auth_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/oauth2\/connect\?request=/),
      auth_request_id: expect.stringMatching(/^[\w-]{40,}$/),
      provider: "example",
      scopes: ["calendar.read", "calendar.write"],
      reason: "connect",
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(world.calls).toEqual([]);
  });

  it("parallel calls of one user share one request, and other users have their own", async () => {
    let starts = 0;
    const authorization = {
      start: (request: Parameters<typeof world.flow.start>[0]) => {
        starts += 1;
        return world.flow.start(request);
      },
    };
    const auth = oauth2({ tokens: world.tokens, authorization });
    const tools = ["a", "b"].map((name) => world.createTool({ name, auth }));
    const users = ["alice", "bob"];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        tools[index % 2]?.execute({}, { userId: users[(index >> 1) % 2] }),
      ),
    );
    const ids = new Set(
      results.map((result) => result?.pending && `${result.auth_request_id} ${result.auth_url}`),
    );
    expect(ids.size).toBe(2);
    expect(starts).toBeLessThan(40);
    const again = await world.createTool().execute({}, alice);
    expect(again.pending && ids.has(`${again.auth_request_id} ${again.auth_url}`)).toBe(true);
  });

  it("parallel calls that want different scopes share one request for all of them", async () => {
    const asked: (readonly string[] | undefined)[] = [];
    const authorization = {
      start: (request: Parameters<typeof world.flow.start>[0]) => {
        asked.push(request.scopes);
        return world.flow.start(request);
      },
    };
    const { tokens } = world;
    const tools = [["calendar.write"], ["calendar.share"], []].map((scopes, index) =>
      world.createTool({ name: `t${index}`, auth: oauth2({ tokens, authorization, scopes }) }),
    );
    const results = await Promise.all(tools.map((tool) => tool.execute({}, alice)));
    expect(asked.map((scopes) => scopes?.toSorted())).toEqual([
      ["calendar.read", "calendar.share", "calendar.write"],
    ]);
    const links = new Set(results.map((result) => result.pending && result.auth_url));
    expect(links.size).toBe(1);
    for (const result of results) {
      expect(result).toMatchObject({ scopes: expect.arrayContaining(["calendar.write"]) });
    }
  });

  it("who comes while it is asked joins where that is enough, and else asks for more", async () => {
    const { tokens, flow } = world;
    const asked: (readonly string[] | undefined)[] = [];
    let go = () => {};
    const may = new Promise<void>((resolve) => {
      go = resolve;
    });
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const authorization = {
      async start(request: Parameters<typeof flow.start>[0]) {
        asked.push(request.scopes);
        begin();
        await may;
        return flow.start(request);
      },
    };
    const callWith = (scopes: string[]) =>
      world.createTool({ auth: oauth2({ tokens, authorization, scopes }) }).execute({}, alice);
    const first = callWith(["calendar.write"]);
    await begun;
    const enough = callWith([]);
    const more = callWith(["calendar.share"]);
    await expect.poll(() => asked.length).toBe(2);
    go();
    const links = [await first, await enough, await more].map(
      (result) => result.pending && result.auth_url,
    );
    expect(links[1]).toBe(links[0]);
    expect(links[2]).not.toBe(links[0]);
    expect(asked.map((scopes) => scopes?.toSorted())).toEqual([
      ["calendar.read", "calendar.write"],
      ["calendar.read", "calendar.share"],
    ]);
  });

  it("when starting fails the error is thrown, and the next call starts anew", async () => {
    let isDown = true;
    const authorization = {
      start: (request: Parameters<typeof world.flow.start>[0]) =>
        isDown ? Promise.reject(new Error("store is down")) : world.flow.start(request),
    };
    const tool = world.createTool({ auth: oauth2({ tokens: world.tokens, authorization }) });
    await expect(tool.execute({}, alice)).rejects.toThrow("store is down");
    isDown = false;
    expect(await tool.execute({}, alice)).toMatchObject({ pending: true });
  });
});

describe("asking for authorization before a call", () => {
  it("gives the link that a call would give, and calls nothing", async () => {
    const tool = world.createTool();
    const pending = await tool.authorize(alice);
    expect(pending).toMatchObject({ pending: true, reason: "connect" });
    expect(await tool.execute({}, alice)).toEqual(pending);
    expect(world.calls).toEqual([]);
  });

  it("gives nothing when a call can go ahead", async () => {
    await world.connect(alice, "token-of-alice");
    expect(await world.createTool().authorize(alice)).toBeUndefined();
    const open = { auth: undefined, allowInsecureLoopback: true };
    expect(await world.createTool(open).authorize()).toBeUndefined();
    expect(world.calls).toEqual([]);
  });

  it("RT-05 without a user it throws", async () => {
    await expect(world.createTool().authorize()).rejects.toThrow(MissingUserIdError);
  });

  it("a token endpoint that is down is left to the call to tell", async () => {
    await world.stop();
    world = await createWorld({ flow: "client_credentials", redirectUri: undefined });
    world.tokenEndpoint = () => new Response(null, { status: 503 });
    expect(await world.createTool().authorize()).toBeUndefined();
  });

  it("ends with its caller's signal", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(world.createTool().authorize({ ...alice, signal })).rejects.toBe(reason);
  });
});

describe("an API that answers 401", () => {
  it("TM-13 the token is refreshed once, the call is repeated once, and succeeds", async () => {
    await world.connect(alice, "old");
    world.tokenEndpoint = () => issue("new");
    world.api = async (request) =>
      request.headers.get("authorization") === "Bearer new"
        ? Response.json({ created: await request.json() })
        : new Response(null, { status: 401 });
    const tool = world.createTool({
      method: "POST",
      parameters: { type: "object", properties: { title: { type: "string" } } },
    });
    expect(await tool.execute({ title: "Lunch" }, alice)).toMatchObject({
      status: "ok",
      data: { created: { title: "Lunch" } },
    });
    expect(bearers()).toEqual(["Bearer old", "Bearer new"]);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("TM-13 an API that always says 401 gets one forced refresh, one retry, and no more", async () => {
    await world.connect(alice, "old");
    world.tokenEndpoint = () => issue("new");
    world.api = () => Response.json({ error: "nope" }, { status: 401 });
    expect(await world.createTool().execute({}, alice)).toMatchObject({
      status: "error",
      error: "http_error",
      httpStatus: 401,
      data: { error: "nope" },
      retryable: false,
    });
    expect(bearers()).toEqual(["Bearer old", "Bearer new"]);
    expect(world.tokenRequests.map((body) => body.get("grant_type"))).toEqual(["refresh_token"]);
  });

  it("TM-13 parallel calls that are refused together share one refresh", async () => {
    await world.connect(alice, "old");
    world.tokenEndpoint = () => issue("new");
    world.api = (request) =>
      new Response("{}", {
        status: request.headers.get("authorization") === "Bearer new" ? 200 : 401,
      });
    const tool = world.createTool();
    const results = await Promise.all(Array.from({ length: 20 }, () => tool.execute({}, alice)));
    expect(results.every(({ status }) => status === "ok")).toBe(true);
    expect(world.tokenRequests).toHaveLength(1);
  });

  it("a grant that is dead becomes a link", async () => {
    await world.connect(alice, "old");
    world.api = () => new Response(null, { status: 401 });
    const result = await world.createTool().execute({}, alice);
    expect(result).toMatchObject({ pending: true, provider: "example" });
    expect(result.pending && ["expired", "revoked"]).toContain(result.pending && result.reason);
    expect(world.calls).toHaveLength(1);
  });

  it("a token endpoint that is down is a failure to try again later", async () => {
    await world.connect(alice, "old");
    world.api = () => new Response(null, { status: 401 });
    world.tokenEndpoint = () => new Response("down", { status: 503 });
    expect(await world.createTool().execute({}, alice)).toMatchObject({
      status: "error",
      error: "authorization_unavailable",
      retryable: true,
    });
  });
});

describe("an API that misses a scope", () => {
  const challenge = (value: string, status: number) => () =>
    Response.json({ error: "no" }, { status, headers: { "www-authenticate": value } });

  it.each([401, 403])("%i with insufficient_scope asks for the union of scopes", async (status) => {
    await world.connect(alice, "token-of-alice");
    world.api = challenge(
      'Basic realm="x", Bearer realm="a, b", error="insufficient_scope", scope="calendar.write calendar.share"',
      status,
    );
    const result = await world.createTool().execute({}, alice);
    expect(result).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", "calendar.write", "calendar.share"],
      message: expect.stringContaining("allow more access to Example Calendar"),
    });
    expect(world.calls).toHaveLength(1);
    expect(world.tokenRequests).toHaveLength(0);
  });

  it("a challenge that names no scope asks for those of the tool", async () => {
    await world.connect(alice, "token-of-alice");
    world.api = challenge('Bearer error="insufficient_scope"', 403);
    const auth = oauth2({ tokens: world.tokens, authorization: world.flow, scopes: ["more"] });
    expect(await world.createTool({ auth }).execute({}, alice)).toMatchObject({
      reason: "scope",
      scopes: ["calendar.read", "more"],
    });
  });

  it("scopes the user granted already are not asked for in a circle", async () => {
    await world.connect(alice, "token-of-alice");
    world.api = challenge('Bearer error="insufficient_scope", scope="calendar.read"', 403);
    expect(await world.createTool().execute({}, alice)).toMatchObject({
      status: "error",
      httpStatus: 403,
      data: { error: "no" },
    });
  });

  it("a challenge cannot smuggle the token into the scopes", async () => {
    await world.connect(alice, "token-of-alice");
    world.api = challenge(
      'Bearer error="insufficient_scope", scope="token-of-alice a\\"b ok"',
      403,
    );
    expect(await world.createTool().execute({}, alice)).toMatchObject({
      scopes: ["calendar.read", "ok"],
    });
  });

  it("a 403 for another reason is a failure", async () => {
    await world.connect(alice, "token-of-alice");
    world.api = challenge(
      'Bearer error="invalid_token", error_description="insufficient_scope"',
      403,
    );
    expect(await world.createTool().execute({}, alice)).toMatchObject({ httpStatus: 403 });
  });
});

describe("RT-08 where a token may go", () => {
  it("RT-08 a tool outside the provider's API origins is refused when it is made", () => {
    const auth = oauth2({ tokens: world.tokens, authorization: world.flow });
    for (const url of [
      "https://evil.example/events",
      world.server.url.replace("127.0.0.1", "localhost"),
      world.server.url.replace("http:", "https:"),
      `${world.server.url.replace(/\d+$/, "1")}/events`,
    ]) {
      expect(() => world.createTool({ url, auth })).toThrow(ConfigurationError);
      expect(() => world.createTool({ url, auth })).toThrow(/may only go to|must use https/);
    }
  });

  it("RT-08 without API origins no tool can be made", async () => {
    const closed = await createWorld({ apiOrigins: [] });
    expect(() => closed.createTool()).toThrow("no origin at all");
    await closed.stop();
  });

  it("RT-08 a redirect to another origin gets neither token nor request", async () => {
    await world.connect(alice, "token-of-alice");
    const other = await createWorld();
    world.api = () => new Response(null, { status: 302, headers: { location: other.server.url } });
    expect(await world.createTool().execute({}, alice)).toMatchObject({
      error: "redirect_refused",
    });
    expect(other.calls).toEqual([]);
    await other.stop();
  });

  it("RT-08 plain http is accepted for loopback only where the configuration allows it", () => {
    const config = { ...world.config, allowInsecureLoopback: false };
    const tokens = { config, getToken: () => Promise.reject(new Error("not asked")) };
    const auth = oauth2({ tokens, authorization: world.flow });
    expect(() => world.createTool({ auth, allowInsecureLoopback: true })).toThrow("must use https");
  });
});

describe("a tool that acts as the application", () => {
  it("it uses client credentials whatever user the context names", async () => {
    const application = await createWorld({ flow: "client_credentials" });
    application.tokenEndpoint = () => issue("token-of-application");
    const tool = application.createTool();
    expect(await tool.execute({})).toMatchObject({ status: "ok" });
    expect(await tool.execute({}, alice)).toMatchObject({ status: "ok" });
    expect(application.calls.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-of-application",
      "Bearer token-of-application",
    ]);
    expect(application.tokenRequests.map((body) => body.get("grant_type"))).toEqual([
      "client_credentials",
    ]);
    application.api = () =>
      new Response(null, {
        status: 403,
        headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="x"' },
      });
    expect(await tool.execute({})).toMatchObject({ status: "error", httpStatus: 403 });
    await application.stop();
  });

  it("a refused registration is thrown: a person has to mend it", async () => {
    const application = await createWorld({ flow: "client_credentials" });
    application.tokenEndpoint = () => Response.json({ error: "invalid_client" }, { status: 401 });
    await expect(application.createTool().execute({})).rejects.toMatchObject({
      code: "token_request_failed",
    });
    await application.stop();
  });

  it("a user's configuration without authorization, or the reverse, is refused", async () => {
    expect(() => oauth2({ tokens: world.tokens })).toThrow(/authorization is missing/);
    const application = await createWorld({ flow: "client_credentials" });
    expect(() => oauth2({ tokens: application.tokens, authorization: world.flow })).toThrow(
      /authorization is given/,
    );
    await application.stop();
  });
});

it("a token that is no bearer token is not sent", async () => {
  const { AccessToken } = await import("@rak-oauth/core");
  const tokens = {
    config: world.config,
    getToken: async () => new AccessToken("bound", { tokenType: "DPoP" }),
  };
  const tool = new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${world.server.url}/`,
    auth: oauth2({ tokens, authorization: world.flow }),
  });
  await expect(tool.execute({}, alice)).rejects.toThrow(/of type "DPoP"/);
  expect(world.calls).toEqual([]);
});
