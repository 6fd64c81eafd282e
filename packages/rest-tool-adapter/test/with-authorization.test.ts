import { inspect } from "node:util";
import { ConfigurationError, MissingUserIdError, OAuth2Error } from "@rak-oauth/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type AuthorizedContext,
  type AuthorizedTool,
  type FunctionTool,
  type OAuth2AuthOptions,
  withAuthorization,
} from "../src/index.js";
import { createWorld, issue, type World } from "./oauth2-world.js";

let world: World;
let other: World;

beforeEach(async () => {
  world = await createWorld();
  other = await createWorld({ provider: "other", displayName: "Other Drive" });
});

afterEach(async () => {
  await world.stop();
  await other.stop();
});

const alice = { userId: "alice" };
const token = "canary-access-token";

type Work = FunctionTool["execute"];

/** One's own function at the world's provider. */
function createTool(work: Work, options: Partial<OAuth2AuthOptions> = {}): AuthorizedTool {
  return withAuthorization({ tokens: world.tokens, authorization: world.flow, ...options })(
    describeTool(work),
  );
}

function describeTool(execute: Work): FunctionTool {
  return {
    name: "summarise_week",
    description: "Summarises the user's week.",
    parameters: { type: "object", properties: { week: { type: "integer" } } },
    execute,
  };
}

const readEvents: Work = async (_params, { access }) => {
  const response = await access("example").fetch(`${world.server.url}/events`);
  return { status: response.status, body: await response.json() };
};

describe("a function of one's own", () => {
  it("is called with checked arguments, the user, a fresh token and a fetch that carries it", async () => {
    await world.connect(alice, token);
    world.api = () => Response.json({ events: ["lunch"] });
    const seen: unknown[] = [];
    const tool = createTool(async (params, context) => {
      const { userId, tenantId, callId, access } = context;
      seen.push(params, { userId, tenantId, callId }, access("example").token.secret());
      return readEvents(params, context);
    });
    const inbound = { ...alice, callId: "c1", authorization: "Bearer inbound" };
    expect(await tool.execute({ week: 7 }, inbound)).toEqual({
      status: "ok",
      data: { status: 200, body: { events: ["lunch"] } },
    });
    expect(seen).toEqual([
      { week: 7 },
      { userId: "alice", tenantId: undefined, callId: "c1" },
      token,
    ]);
    expect(world.calls[0]?.headers.get("authorization")).toBe(`Bearer ${token}`);
  });

  it("is not called before its user has authorized; the result is the pending contract", async () => {
    let calls = 0;
    const tool = createTool(
      async () => {
        calls += 1;
      },
      { scopes: ["calendar.write"] },
    );
    const pending = {
      pending: true,
      message: expect.stringContaining("connect Example Calendar to use summarise_week"),
      auth_url: expect.any(String),
      auth_request_id: expect.any(String),
      provider: "example",
      scopes: ["calendar.read", "calendar.write"],
      reason: "connect",
      expires_at: expect.any(String),
    };
    expect(await tool.execute({}, alice)).toEqual(pending);
    expect(await tool.authorize(alice)).toEqual(pending);
    await world.connect(alice, token);
    expect(await tool.execute({}, alice)).toMatchObject({ pending: true, reason: "scope" });
    expect(calls).toBe(0);
    const connected = createTool(readEvents);
    expect(await connected.authorize(alice)).toBeUndefined();
  });

  it("RT-05 without a user it is not called, nor with the token of another", async () => {
    await world.connect(alice, token);
    const tool = createTool(async () => expect.unreachable("there is no user"));
    for (const context of [{}, { userId: "" }, { tenantId: "t" }, undefined]) {
      await expect(tool.execute({}, context)).rejects.toThrow(MissingUserIdError);
      await expect(tool.authorize(context)).rejects.toThrow(MissingUserIdError);
    }
    expect(await tool.execute({}, { userId: "mallory" })).toMatchObject({ pending: true });
    expect(await tool.execute({}, { ...alice, tenantId: "t" })).toMatchObject({ pending: true });
  });

  it("arguments that do not fit are told to the model, and nobody is asked", async () => {
    const tool = createTool(async () => expect.unreachable("the arguments are wrong"));
    for (const params of [{ week: "seven" }, { month: 1 }]) {
      expect(await tool.execute(params, alice)).toMatchObject({ error: "invalid_arguments" });
    }
  });

  it("a schema of zod checks and converts the arguments", async () => {
    await world.connect(alice, token);
    const tool = withAuthorization({ tokens: world.tokens, authorization: world.flow })({
      ...describeTool(async ({ week }) => [week]),
      parameters: z.object({ week: z.int().default(1) }),
    });
    expect(tool.parameters).toMatchObject({ properties: { week: { type: "integer" } } });
    expect(await tool.execute({}, alice)).toMatchObject({ data: [1] });
    expect(await tool.execute({ week: "x" }, alice)).toMatchObject({ error: "invalid_arguments" });
  });

  it("nested, each provider is asked for in turn, and each token goes to its own", async () => {
    const both = withAuthorization({ tokens: world.tokens, authorization: world.flow })(
      withAuthorization({ tokens: other.tokens, authorization: other.flow })(
        describeTool(async (_params, { access }) => {
          await access("example").fetch(`${world.server.url}/a`);
          await access("other").fetch(`${other.server.url}/b`);
          await expect(access("other").fetch(`${world.server.url}/`)).rejects.toThrow(
            ConfigurationError,
          );
          return "done";
        }),
      ),
    );
    expect(await both.execute({}, alice)).toMatchObject({ pending: true, provider: "example" });
    await world.connect(alice, "canary-of-example");
    expect(await both.execute({}, alice)).toMatchObject({ pending: true, provider: "other" });
    await other.connect(alice, "canary-of-other");
    expect(await both.execute({}, alice)).toEqual({ status: "ok", data: "done" });
    const bearers = ({ calls }: World) => calls.map(({ headers }) => headers.get("authorization"));
    expect(bearers(world)).toEqual(["Bearer canary-of-example"]);
    expect(bearers(other)).toEqual(["Bearer canary-of-other"]);
  });

  it("what it gives becomes JSON, and what is none is told to a person", async () => {
    await world.connect(alice, token);
    const given = { at: new Date(0), nothing: undefined, list: [1, null] };
    const data = { at: "1970-01-01T00:00:00.000Z", list: [1, null] };
    expect(await createTool(async () => given).execute({}, alice)).toEqual({ status: "ok", data });
    expect(await createTool(async () => undefined).execute({}, alice)).toMatchObject({
      data: null,
    });
    await expect(createTool(async () => 1n).execute({}, alice)).rejects.toThrow(/not JSON/);
  });

  it("what it throws passes, and a caller that gives up gets its own reason", async () => {
    await world.connect(alice, token);
    const mine = new RangeError("mine");
    const thrower = createTool(async () => {
      throw mine;
    });
    await expect(thrower.execute({}, alice)).rejects.toBe(mine);
    const caller = new AbortController();
    const reason = new Error("enough");
    world.api = () => {
      caller.abort(reason);
      return new Promise(() => {});
    };
    const call = createTool(readEvents).execute({}, { ...alice, signal: caller.signal });
    await expect(call).rejects.toBe(reason);
  });
});

describe("its fetch", () => {
  beforeEach(() => world.connect(alice, token));

  it("TM-13 answers a 401 by one refresh and one retry, with the same body", async () => {
    const bodies: string[] = [];
    world.tokenEndpoint = () => issue("canary-new");
    world.api = async (request) => {
      bodies.push(await request.text());
      const isNew = request.headers.get("authorization") === "Bearer canary-new";
      return Response.json({}, { status: isNew ? 200 : 401 });
    };
    const post: Work = async (_params, { access }) => {
      const init = { method: "POST", body: "hello", headers: { authorization: "Bearer mine" } };
      const { status } = await access("example").fetch(world.server.url, init);
      return [status, access("example").token.secret() === "canary-new"];
    };
    expect(await createTool(post).execute({}, alice)).toEqual({ status: "ok", data: [200, true] });
    expect(bodies).toEqual(["hello", "hello"]);
    world.api = () => new Response("{}", { status: 401 });
    world.tokenEndpoint = () => issue("canary-newer");
    expect(await createTool(readEvents).execute({}, alice)).toMatchObject({
      data: { status: 401 },
    });
    expect(world.calls).toHaveLength(4);
  });

  it("asks the user for scopes that the API misses, and ends the function", async () => {
    world.api = () => Response.json({}, { status: 403, headers: missing("calendar.write") });
    const tool = createTool(readEvents);
    expect(await tool.execute({}, alice)).toMatchObject({
      pending: true,
      reason: "scope",
      scopes: ["calendar.read", "calendar.write"],
    });
    const wrapping: Work = (params, context) =>
      Promise.resolve(readEvents(params, context)).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "needs_user_authorization" });
        throw new Error("the SDK failed");
      });
    expect(await createTool(wrapping).execute({}, alice)).toMatchObject({ reason: "scope" });
    world.api = () => Response.json({}, { status: 403, headers: missing("calendar.read") });
    expect(await tool.execute({}, alice)).toMatchObject({ data: { status: 403 } });
  });

  it("a grant that is dead ends the function and asks the user", async () => {
    world.api = () => new Response("{}", { status: 401 });
    expect(await createTool(readEvents).execute({}, alice)).toMatchObject({ pending: true });
  });

  it("RT-08 sends nothing to other origins, and RT-03 no credential over a redirect", async () => {
    const elsewhere: Work = async (_params, { access }) =>
      (await access("example").fetch(`${other.server.url}/events`)).status;
    await expect(createTool(elsewhere).execute({}, alice)).rejects.toThrow(/may only go to/);
    const relative: Work = async (_params, { access }) => access("example").fetch("/events");
    await expect(createTool(relative).execute({}, alice)).rejects.toThrow(TypeError);
    expect(other.calls).toEqual([]);
    const location = `${other.server.url}/file`;
    world.api = () => new Response(null, { status: 302, headers: { location } });
    expect(await createTool(readEvents).execute({}, alice)).toMatchObject({ status: "ok" });
    expect(other.calls).toHaveLength(1);
    expect(other.calls[0]?.headers.get("authorization")).toBeNull();
  });

  it("an API that nobody listens for is a failure the model can act on", async () => {
    await world.server.stop();
    expect(await createTool(readEvents).execute({}, alice)).toMatchObject({
      status: "error",
      error: "network_error",
      retryable: true,
      message: expect.stringMatching(/no answer came back \(ECONNREFUSED\)/),
    });
  });

  it("EV-02 a provider the tool was not wrapped for is named", async () => {
    const tool = createTool(async (_params, { access }) => access("github").token);
    await expect(tool.execute({}, alice)).rejects.toThrow(
      /access\("github"\) was called, and the tool was given example/,
    );
    expect(() =>
      withAuthorization({ tokens: world.tokens, authorization: world.flow })(tool),
    ).toThrow(/example is asked for twice/);
    const wrap = withAuthorization({ tokens: world.tokens, authorization: world.flow });
    const described = describeTool(readEvents);
    expect(() => wrap({ ...described, name: "two words" })).toThrow(/name must be 1 to 64/);
    expect(() => wrap({ ...described, parameters: { type: "list" } as never })).toThrow(
      /parameters must be a JSON Schema/,
    );
  });
});

describe("EV-01 the token stays inside", () => {
  const leaks: [string, Work][] = [
    ["gives it", async (_, context) => ({ deep: [`Bearer ${secretOf(context)}`] })],
    ["gives the wrapper", async (_, { access }) => ({ token: access("example").token })],
    ["gives it as a name", async (_, context) => ({ [secretOf(context)]: 1 })],
    ["throws it", async (_, context) => Promise.reject(new Error(secretOf(context)))],
    [
      "throws it as a cause",
      async (_, context) =>
        Promise.reject(new Error("failed", { cause: { config: { token: secretOf(context) } } })),
    ],
    ["throws a text", async (_, context) => Promise.reject(secretOf(context))],
    ["gives what the API echoes", readEvents],
  ];

  it.each(leaks)("EV-01 RT-07 when the function %s", async (_name, work) => {
    await world.connect(alice, token);
    world.api = ({ headers }) => Response.json(Object.fromEntries(headers));
    const tool = createTool(work);
    const outcome = await tool.execute({}, alice).catch((error: unknown) => error);
    const shown = inspect([outcome, tool], { depth: 20, showHidden: true });
    expect(shown + JSON.stringify(outcome) + String(outcome)).not.toContain("canary");
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(OAuth2Error);
  });

  it("EV-01 when a token cannot be sent, or the provider is down", async () => {
    await world.connect(alice, `${token}\nx`);
    const tool = createTool(readEvents);
    const outcome = await tool.execute({}, alice).catch((error: unknown) => error);
    expect(inspect(outcome, { depth: 20, showHidden: true })).not.toContain("canary");
    await world.connect(alice, token);
    world.api = () => new Response("{}", { status: 401 });
    world.tokenEndpoint = () => new Response(token, { status: 503 });
    const down = await tool.execute({}, alice);
    expect(down).toMatchObject({ error: "authorization_unavailable" });
    expect(JSON.stringify(down)).not.toContain("canary");
  });
});

function secretOf({ access }: AuthorizedContext): string {
  return access("example").token.secret();
}

function missing(scope: string): Record<string, string> {
  return { "www-authenticate": `Bearer error="insufficient_scope", scope="${scope}"` };
}
