import { inspect } from "node:util";
import {
  ConfigurationError,
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemorySuspendedCallStore,
  parseKeyring,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type AgentTool,
  CallResumption,
  type CallResumptionOptions,
  oauth2,
  type PendingAuthorizationResult,
  type ToolContext,
} from "../src/index.js";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;
let store: MemorySuspendedCallStore;
let bodies: unknown[];

beforeEach(async () => {
  world = await createWorld();
  store = new MemorySuspendedCallStore();
  bodies = [];
  world.api = async (request) => {
    const created: unknown = await request.json();
    bodies.push(created);
    return Response.json({ created });
  };
});

afterEach(() => world.stop());

const alice = { userId: "alice" };
const lunch = { title: "Lunch" };

function createEvent(overrides: Parameters<World["createTool"]>[0] = {}): AgentTool {
  return world.createTool({
    name: "create_event",
    method: "POST",
    parameters: { type: "object", properties: { title: { type: "string" } } },
    ...overrides,
  });
}

function stubTool(execute: AgentTool["execute"]): AgentTool {
  return { name: "create_event", description: "Stub.", parameters: { type: "object" }, execute };
}

/** One process of an agent: all of them share the stores and the keys. */
function createResumption(options: Partial<CallResumptionOptions> = {}): CallResumption {
  const { credentials, flow: authorization } = world;
  return new CallResumption({
    store,
    credentials,
    authorization,
    tools: [createEvent()],
    ...options,
  });
}

async function suspend(
  resumption: CallResumption,
  params: Record<string, unknown> = lunch,
  context: ToolContext = { ...alice, callId: "call-1" },
): Promise<PendingAuthorizationResult> {
  const [tool] = resumption.tools;
  const result = await tool?.execute(params, context);
  if (!result?.pending) return expect.unreachable("the user never connected");
  return result;
}

/** The user consents, as the callback of the flow records it. */
async function consent(id: string, user: { userId: string; tenantId?: string } = alice) {
  await world.connect(user, `canary-token-of-${user.userId}`);
  await world.pendingAuthorizations.settle(id, { status: "completed" });
}

describe("a call that is kept until its user is done", () => {
  it("is made with the arguments, for the user and under the id it was made with", async () => {
    const contexts: ToolContext[] = [];
    const tool = createEvent();
    const tools = [
      stubTool((params, context) => {
        contexts.push(context);
        return tool.execute(params, context);
      }),
    ];
    const bob = { userId: "bob", tenantId: "acme" };
    const pending = await suspend(createResumption({ tools }), lunch, { ...bob, callId: "c7" });
    expect(pending.message).toBe(
      "Authorization required: connect Example Calendar to use create_event. Give the user the link in auth_url, and wait: the call is made once they are done, and its result follows. Do not call the tool again.",
    );
    await consent(pending.auth_request_id, bob);
    expect(await createResumption({ tools }).resume(pending.auth_request_id)).toEqual([
      {
        callId: "c7",
        toolName: "create_event",
        result: { status: "ok", httpStatus: 200, data: { created: lunch } },
      },
    ]);
    expect(contexts.map(({ userId, tenantId, callId }) => [userId, tenantId, callId])).toEqual(
      Array(2).fill(["bob", "acme", "c7"]),
    );
    expect(world.calls.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer canary-token-of-bob",
    ]);
  });

  it("waits for the user, and is made once they are done", async () => {
    const resumption = createResumption();
    const { auth_request_id } = await suspend(resumption);
    const resumed = createResumption().resume(auth_request_id);
    await consent(auth_request_id);
    expect(await resumed).toMatchObject([{ callId: "call-1", result: { status: "ok" } }]);
  });

  it("RT-09 calls that share one authorization are all made, oldest first, each once", async () => {
    const [one, other] = [createResumption(), createResumption()];
    const pending = [];
    for (const [index, title] of ["a", "b", "c"].entries()) {
      pending.push(await suspend(one, { title }, { ...alice, callId: `call-${index}` }));
    }
    const [id = "", ...same] = pending.map(({ auth_request_id }) => auth_request_id);
    expect(same).toEqual([id, id]);
    await consent(id);
    const resumed = await Promise.all([one, other, one, other].map((each) => each.resume(id)));
    expect(
      resumed
        .flat()
        .map(({ callId }) => callId)
        .toSorted(),
    ).toEqual(["call-0", "call-1", "call-2"]);
    expect(bodies).toEqual([{ title: "a" }, { title: "b" }, { title: "c" }]);
    expect(await one.list(id)).toEqual([]);
    expect(await one.resume(id)).toEqual([]);
  });

  it("a result that is not pending is given as it is, and nothing is kept", async () => {
    await world.connect(alice, "canary-token");
    const open = vi.spyOn(store, "open");
    const [tool] = createResumption().tools;
    expect(await tool?.execute(lunch, alice)).toMatchObject({ status: "ok" });
    expect(open).not.toHaveBeenCalled();
  });

  it("one that ends pending again is kept again, for the new authorization", async () => {
    const resumption = createResumption();
    const { auth_request_id } = await suspend(resumption);
    await consent(auth_request_id);
    world.api = () =>
      new Response(null, {
        status: 403,
        headers: {
          "www-authenticate": 'Bearer error="insufficient_scope", scope="calendar.write"',
        },
      });
    const [again] = await resumption.resume(auth_request_id);
    if (!again?.result?.pending) return expect.unreachable("a scope is missing");
    const { auth_request_id: next, scopes, message } = again.result;
    expect(scopes).toEqual(["calendar.read", "calendar.write"]);
    expect(message).toContain("Do not call the tool again.");
    expect(await resumption.list(auth_request_id)).toEqual([]);
    expect(await resumption.list(next)).toEqual([
      { callId: "call-1", toolName: "create_event", status: "suspended" },
    ]);
    world.api = () => Response.json({ done: true });
    await consent(next);
    expect(await createResumption().resume(next)).toMatchObject([
      { callId: "call-1", result: { data: { done: true } } },
    ]);
  });

  it("RT-05 only the owner's calls are made where an owner is named", async () => {
    const resumption = createResumption();
    const { auth_request_id } = await suspend(resumption);
    await consent(auth_request_id);
    for (const owner of [{ userId: "mallory" }, { ...alice, tenantId: "t" }, {}]) {
      expect(await resumption.resume(auth_request_id, { owner })).toEqual([]);
      expect(await resumption.list(auth_request_id, { owner })).toEqual([]);
    }
    expect(world.calls).toEqual([]);
    expect(await resumption.resume(auth_request_id, { owner: alice })).toHaveLength(1);
  });

  it("RT-05 a pending call without a user is kept for nobody", async () => {
    const pending = await suspend(createResumption());
    const [odd] = createResumption({ tools: [stubTool(async () => pending)] }).tools;
    await expect(odd?.execute({}, {})).rejects.toMatchObject({ code: "missing_user_id" });
  });
});

describe("AC-20 a user who does not authorize", () => {
  it.each([
    ["access_denied", "authorization_denied", "the user did not allow it", false],
    ["wrong_user", "authorization_denied", "the user did not allow it", false],
    ["expired", "authorization_expired", "did not authorize it in time", true],
    ["provider_error", "authorization_failed", "went wrong", true],
  ])(
    "%s: the model is told once, and nothing is sent",
    async (failure, error, words, retryable) => {
      const resumption = createResumption();
      const { auth_request_id: id } = await suspend(resumption);
      await world.pendingAuthorizations.settle(id, { status: "failed", failure });
      const told = await Promise.all([resumption.resume(id), createResumption().resume(id)]);
      expect(told.flat()).toEqual([
        {
          callId: "call-1",
          toolName: "create_event",
          result: { status: "error", error, retryable, message: expect.stringContaining(words) },
        },
      ]);
      expect(world.calls).toEqual([]);
      expect(await resumption.list(id)).toEqual([]);
    },
  );

  it("an outcome that is forgotten counts as too late", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    await world.pendingAuthorizations.deleteAll(alice);
    expect(await resumption.resume(id)).toMatchObject([
      { result: { error: "authorization_expired" } },
    ]);
  });

  it("an id that nobody knows is an error", async () => {
    await expect(createResumption().resume("unknown")).rejects.toMatchObject({
      failure: "invalid_request",
    });
  });
});

describe("a call is made at most once", () => {
  it("RT-09 whoever ends while making it leaves it visible as taken, and nobody makes it again", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    await consent(id);
    const caller = new AbortController();
    const reason = new Error("the process ends");
    world.api = () => {
      caller.abort(reason);
      return new Promise(() => {});
    };
    await expect(resumption.resume(id, { signal: caller.signal })).rejects.toBe(reason);
    expect(await resumption.list(id)).toEqual([
      { callId: "call-1", toolName: "create_event", status: "taken" },
    ]);
    expect(await createResumption().resume(id)).toEqual([]);
    expect(world.calls).toHaveLength(1);
  });

  it("a caller that gives up while waiting takes nothing", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    const caller = new AbortController();
    const resumed = resumption.resume(id, { signal: caller.signal });
    caller.abort(new Error("no more"));
    await expect(resumed).rejects.toThrow("no more");
    await consent(id);
    expect(await createResumption().resume(id)).toHaveLength(1);
  });

  it("what a tool throws is told beside what the others came to", async () => {
    const resumption = createResumption();
    await suspend(resumption, { title: "first" }, { ...alice, callId: "first" });
    const { auth_request_id: id } = await suspend(resumption);
    await consent(id);
    const thrower = stubTool(async (params, context) => {
      if (params["title"] === "first") throw new ConfigurationError("mend this");
      return createEvent().execute(params, context);
    });
    const [one, other] = await createResumption({ tools: [thrower] }).resume(id);
    expect(one).toMatchObject({ callId: "first", error: { message: "mend this" } });
    expect(other).toMatchObject({ callId: "call-1", result: { status: "ok" } });
    expect(await resumption.list(id)).toEqual([]);
  });

  it("a store that fails before a call is taken leaves it suspended; after it, the result is told", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    await consent(id);
    const away = new StoreUnavailableError("away");
    vi.spyOn(store, "take").mockRejectedValueOnce(away);
    expect(await resumption.resume(id)).toMatchObject([{ error: away }]);
    vi.spyOn(store, "delete").mockRejectedValueOnce(away);
    expect(await resumption.resume(id)).toMatchObject([{ result: { status: "ok" } }]);
    expect(await resumption.list(id)).toMatchObject([{ status: "taken" }]);
    expect(world.calls).toHaveLength(1);
  });
});

describe("what cannot work", () => {
  it("EV-02 a tool that this process does not have is named, and its call stays", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    await consent(id);
    const other = createResumption({ tools: [createEvent({ name: "other" })] });
    await expect(other.resume(id)).rejects.toThrow(
      'a suspended call is of the tool "create_event", which is not among tools',
    );
    expect(await resumption.resume(id)).toHaveLength(1);
  });

  it("EV-02 options that cannot work are refused in words", () => {
    expect(() => createResumption({ tools: [createEvent(), createEvent()] })).toThrow(
      'two tools have the name "create_event"',
    );
    for (const ttlMs of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createResumption({ ttlMs })).toThrow(/ttlMs is .* and must be a positive/);
    }
  });
});

describe("EV-01 what is kept is sealed", () => {
  it("RT-09 EV-01 neither rows nor what is listed or inspected show arguments, tool or call", async () => {
    const resumption = createResumption();
    const pending = await suspend(
      resumption,
      { title: "canary-title" },
      {
        ...alice,
        callId: "canary-call",
      },
    );
    const rows = await store.list(pending.auth_request_id);
    expect(rows).toHaveLength(1);
    const raw = rows.map(({ sealed }) => Buffer.from(sealed).toString("latin1")).join();
    expect(inspect(rows, { depth: 20 }) + raw).not.toMatch(/canary|create_event/);
    const shown = inspect([pending, resumption, store], { depth: 20, showHidden: true });
    expect(shown).not.toContain("canary");
    expect(JSON.stringify(await resumption.list(pending.auth_request_id))).not.toContain("title");
  });

  it("ST-04 a call does not open for another owner, another authorization, or with other keys", async () => {
    const resumption = createResumption();
    const { auth_request_id: id } = await suspend(resumption);
    const [record] = await store.list(id);
    if (record === undefined) return expect.unreachable("it was kept");
    const moved = [
      { ...record, id: "other" },
      { ...record, id: "mallory", key: { ...record.key, userId: "mallory" } },
      { ...record, id: "tenant", key: { ...record.key, tenantId: "t" } },
      { ...record, id: "provider", key: { ...record.key, provider: "other" } },
      { ...record, authRequestId: "other" },
    ];
    for (const forged of moved) {
      const other = new MemorySuspendedCallStore();
      await other.open(forged, { ttlMs: 60_000 });
      const resuming = createResumption({ store: other });
      await expect(resuming.list(forged.authRequestId)).rejects.toMatchObject({
        code: "sealing_failed",
      });
    }
    const keys = parseKeyring(`test:${generateKey()}`);
    const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
    await expect(createResumption({ credentials }).list(id)).rejects.toMatchObject({
      code: "sealing_failed",
    });
  });

  it("EV-01 no token shows in what any end of a resumed call gives", async () => {
    const auth = oauth2({ tokens: world.tokens, authorization: world.flow });
    for (const status of [200, 400, 401, 403, 500]) {
      const resumption = createResumption({ tools: [createEvent({ auth })] });
      const user = { userId: `user-${status}` };
      const { auth_request_id: id } = await suspend(resumption, lunch, user);
      world.api = (request) =>
        Response.json({ echo: request.headers.get("authorization") }, { status });
      await consent(id, user);
      const resumed = await resumption.resume(id);
      expect(resumed).toHaveLength(1);
      expect(inspect(resumed, { depth: 20 }) + JSON.stringify(resumed)).not.toContain("canary");
    }
  });
});
