import { MemorySuspendedCallStore, MissingUserIdError } from "@rak-oauth/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type AgentAuth,
  type AgentTool,
  createAgentAuth,
  withAuthorization,
} from "../src/index.js";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
  world.api = ({ headers }) => Response.json({ for: headers.get("authorization") });
});

afterEach(() => world.stop());

function createAuth(tools: readonly AgentTool[] = [world.createTool()]): AgentAuth {
  const { credentials, flow: authorization } = world;
  const store = new MemorySuspendedCallStore();
  return createAgentAuth({ tools, resumption: { store, credentials, authorization } });
}

async function consent(id: string, userId: string): Promise<void> {
  await world.connect({ userId }, `canary-${userId}`);
  await world.pendingAuthorizations.settle(id, { status: "completed" });
}

it("each user's tools act for that user, whatever a call says", async () => {
  await world.connect({ userId: "alice" }, "canary-alice");
  await world.connect({ userId: "bob", tenantId: "acme" }, "canary-bob");
  const auth = createAgentAuth({ tools: [world.createTool()] });
  const [alices] = auth.forUser("alice").tools();
  const [bobs] = auth.forUser({ userId: "bob", tenantId: "acme" }).tools();
  const { name, description, parameters } = world.createTool();
  expect(alices).toMatchObject({ name, description, parameters });
  await alices?.execute({}, { callId: "c1" });
  await alices?.execute({}, { userId: "bob", tenantId: "acme" } as never);
  await bobs?.execute({});
  expect(world.calls.map(({ headers }) => headers.get("authorization"))).toEqual([
    "Bearer canary-alice",
    "Bearer canary-alice",
    "Bearer canary-bob",
  ]);
});

it("RT-05 without a user there are no tools", () => {
  const auth = createAuth();
  for (const user of ["", { userId: "" }, undefined as never, {} as never, null as never]) {
    expect(() => auth.forUser(user)).toThrow(MissingUserIdError);
  }
});

it("a pending call is kept, and made for its user once they are done", async () => {
  const auth = createAuth();
  const alice = auth.forUser("alice");
  const [tool] = alice.tools();
  const pending = await tool?.execute({}, { callId: "c1" });
  if (!pending?.pending) return expect.unreachable("alice never connected");
  await consent(pending.auth_request_id, "alice");
  expect(await auth.forUser("mallory").resume(pending.auth_request_id)).toEqual([]);
  expect(world.calls).toEqual([]);
  expect(await alice.resume(pending.auth_request_id)).toMatchObject([
    { callId: "c1", toolName: "list_events", result: { status: "ok" } },
  ]);
  expect(await auth.resumption?.list(pending.auth_request_id)).toEqual([]);
});

it("a function that needs two providers is resumed for one after the other", async () => {
  const other = await createWorld({ provider: "other" });
  const { credentials } = world;
  const both = withAuthorization({ tokens: world.tokens, authorization: world.flow })(
    withAuthorization({ tokens: other.tokens, authorization: other.flow })({
      name: "copy_file",
      description: "Copies a file.",
      execute: async (_params, { userId, callId }) => ({ userId, callId }),
    }),
  );
  const store = new MemorySuspendedCallStore();
  const authFor = (authorization: World["flow"]) =>
    createAgentAuth({ tools: [both], resumption: { store, credentials, authorization } });
  const [tool] = authFor(world.flow).forUser("alice").tools();
  const first = await tool?.execute({}, { callId: "c1" });
  if (!first?.pending) return expect.unreachable("alice never connected");
  expect(await tool?.authorize?.()).toMatchObject({ pending: true, provider: "example" });
  await consent(first.auth_request_id, "alice");
  const [resumed] = await authFor(world.flow).forUser("alice").resume(first.auth_request_id);
  const second = resumed?.result;
  if (!second?.pending) return expect.unreachable("the other provider is missing");
  expect(second.provider).toBe("other");
  await other.connect({ userId: "alice" }, "canary-other");
  await other.pendingAuthorizations.settle(second.auth_request_id, { status: "completed" });
  expect(await authFor(other.flow).forUser("alice").resume(second.auth_request_id)).toEqual([
    {
      callId: "c1",
      toolName: "copy_file",
      result: { status: "ok", data: { userId: "alice", callId: "c1" } },
    },
  ]);
  await other.stop();
});

it("EV-02 what cannot work is refused in words", async () => {
  const twice = [world.createTool(), world.createTool()];
  expect(() => createAgentAuth({ tools: twice })).toThrow(/two tools have the name/);
  const auth = createAgentAuth({ tools: [world.createTool()] });
  await expect(auth.forUser("alice").resume("id")).rejects.toThrow(/resumption is missing/);
});
