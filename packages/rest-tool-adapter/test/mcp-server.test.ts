import { inspect } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  type ClientCapabilities,
  ElicitationCompleteNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import { MemorySuspendedCallStore } from "@rak-oauth/core";
import type { HttpServer } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type AgentTool, CallResumption, oauth2 } from "../src/index.js";
import { registerTools } from "../src/mcp-server/index.js";
import { startMcpServer } from "./mcp-world.js";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;
let server: HttpServer;
/** Those that the next session gets. */
let tools: readonly AgentTool[];
const clients: Client[] = [];

const parameters = {
  type: "object",
  properties: { day: { type: "string", description: "Which day." } },
  required: ["day"],
} as const;

/** Ends the authorizations that the server waits for. */
let settle: (outcome: AuthorizationOutcome) => void;
let waits: (AbortSignal | undefined)[];
/** Resolves when a client listens for notifications. */
let listens: Promise<void>;

beforeEach(async () => {
  world = await createWorld();
  tools = [world.createTool({ parameters })];
  waits = [];
  const outcome = new Promise<AuthorizationOutcome>((resolve) => {
    settle = resolve;
  });
  let onStream = () => {};
  listens = new Promise((resolve) => {
    onStream = resolve;
  });
  server = await startMcpServer({
    onStream: () => onStream(),
    register: (mcp) =>
      registerTools({
        server: mcp,
        tools,
        authorization: {
          waitForAuthorization(_id, { signal } = {}) {
            waits.push(signal);
            return outcome;
          },
        },
        identifyUser: ({ authInfo }) => {
          const sub = authInfo?.extra?.["sub"];
          return typeof sub === "string" && sub !== "" ? { userId: sub } : {};
        },
      }),
    verify: async (token) => (token.startsWith("of-") ? { userId: token.slice(3) } : undefined),
  });
});

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) await client.close();
  await server.stop();
  await world.stop();
});

async function connect(bearer: string, capabilities: ClientCapabilities = {}): Promise<Client> {
  const client = new Client({ name: "agent", version: "1.0.0" }, { capabilities });
  clients.push(client);
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${bearer}` } },
  });
  await client.connect(transport);
  return client;
}

const call = { name: "list_events", arguments: { day: "today" } };
const needsLink = { code: -32042 };

/** A client whose user was sent to a link by three calls, and has not authorized. */
async function connectAndRefuse(outcome: AuthorizationOutcome): Promise<Client> {
  const client = await connect("of-alice", { elicitation: { url: {} } });
  const told = new Promise<void>((resolve) => {
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, () => resolve());
  });
  for (let index = 0; index < 3; index += 1) {
    await expect(client.callTool(call)).rejects.toMatchObject(needsLink);
  }
  await listens;
  settle(outcome);
  await told;
  return client;
}

it("clients see name, description and the tool's own schema", async () => {
  const { tools } = await (await connect("of-alice")).listTools();
  expect(tools).toMatchObject([
    {
      name: "list_events",
      description: "Lists the user's events.",
      inputSchema: { ...parameters, additionalProperties: false },
    },
  ]);
});

it("each request acts for its own user", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  await world.connect({ userId: "bob" }, "token-of-bob");
  world.api = (request) => Response.json({ day: new URL(request.url).searchParams.get("day") });
  const result = { status: "ok", httpStatus: 200, data: { day: "today" } };
  for (const user of ["alice", "bob"]) {
    const client = await connect(`of-${user}`);
    expect(await client.callTool(call)).toEqual({
      content: [{ type: "text", text: JSON.stringify(result) }],
      structuredContent: result,
      isError: false,
    });
  }
  expect(world.calls.map(({ headers }) => headers.get("authorization"))).toEqual([
    "Bearer token-of-alice",
    "Bearer token-of-bob",
  ]);
});

it("a client that opens links gets the link as an error, and calls again", async () => {
  const client = await connect("of-alice", { elicitation: { url: {} } });
  const error = await client.callTool(call).catch((reason: unknown) => reason);
  const pending = await world.createTool().authorize({ userId: "alice" });
  expect(error).toMatchObject({
    code: -32042,
    data: {
      elicitations: [
        {
          mode: "url",
          message: "Authorization required: connect Example Calendar to use list_events.",
          url: pending?.auth_url,
          elicitationId: pending?.auth_request_id,
        },
      ],
    },
  });
  expect(world.calls).toEqual([]);
  await world.connect({ userId: "alice" }, "token-of-alice");
  expect(await client.callTool(call)).toMatchObject({ structuredContent: { status: "ok" } });
});

it("a call that the client will repeat is not kept to be made for it as well", async () => {
  const store = new MemorySuspendedCallStore();
  const { credentials, flow: authorization } = world;
  const resumption = new CallResumption({ store, credentials, authorization, tools });
  tools = resumption.tools;
  const opensLinks = await connect("of-alice", { elicitation: { url: {} } });
  await expect(opensLinks.callTool(call)).rejects.toMatchObject({ code: -32042 });
  const { auth_request_id: id = "" } =
    (await world.createTool().authorize({ userId: "alice" })) ?? {};
  expect(await resumption.list(id)).toEqual([]);
  const shows = await connect("of-alice");
  expect(await shows.callTool(call)).toMatchObject({
    structuredContent: { message: expect.stringContaining("Do not call the tool again") },
  });
  expect(await resumption.list(id)).toMatchObject([{ toolName: tools[0]?.name }]);
});

it("a client that was given a link is told when its user is done", async () => {
  const client = await connect("of-alice", { elicitation: { url: {} } });
  const told = new Promise((resolve) => {
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) =>
      resolve(params.elicitationId),
    );
  });
  for (let index = 0; index < 3; index += 1) await client.callTool(call).catch(() => {});
  expect(waits).toHaveLength(1);
  await listens;
  settle({ status: "completed" });
  expect(await told).toBe(
    (await world.createTool().authorize({ userId: "alice" }))?.auth_request_id,
  );
});

it.each<[AuthorizationOutcome, string, string]>([
  [{ status: "denied", failure: "access_denied" }, "authorization_denied", "did not allow it"],
  [{ status: "expired", failure: "expired" }, "authorization_expired", "not authorize it in time"],
])(
  "a client is told of the outcome %o when it calls again, and then gets a new link",
  async (outcome, code, words) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const client = await connectAndRefuse(outcome);
    const answers = await Promise.all([client.callTool(call), client.callTool(call)]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        isError: true,
        structuredContent: {
          status: "error",
          error: code,
          message: expect.stringContaining(words),
        },
      });
    }
    vi.advanceTimersByTime(5_000);
    await expect(client.callTool(call)).rejects.toMatchObject(needsLink);
    expect(world.calls).toEqual([]);
  },
);

it("a refusal is no answer to a tool that the user was not asked for", async () => {
  tools = ["list_events", "list_files"].map((name) => world.createTool({ name, parameters }));
  const client = await connectAndRefuse({ status: "denied", failure: "access_denied" });
  const other = { ...call, name: "list_files" };
  await expect(client.callTool(other)).rejects.toMatchObject(needsLink);
  expect(await client.callTool(call)).toMatchObject({ isError: true });
});

it("a refusal is forgotten once the user has authorized by another way", async () => {
  const client = await connectAndRefuse({ status: "denied", failure: "access_denied" });
  await world.connect({ userId: "alice" }, "token-of-alice");
  expect(await client.callTool(call)).toMatchObject({ structuredContent: { status: "ok" } });
  await world.tokens.disconnect({ userId: "alice" });
  await expect(client.callTool(call)).rejects.toMatchObject(needsLink);
});

it("a refusal that nobody asks for is forgotten after ten minutes", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const client = await connectAndRefuse({ status: "denied", failure: "access_denied" });
  vi.advanceTimersByTime(600_000);
  await expect(client.callTool(call)).rejects.toMatchObject(needsLink);
});

it("a user who has to type a code is told it with the link", async () => {
  const start = async () => ({
    id: "id-1",
    provider: "example",
    url: "https://login.example/device",
    userCode: "WDJB-MJHT",
    scopes: [],
    expiresAt: new Date(Date.now() + 600_000),
  });
  const auth = oauth2({ tokens: world.tokens, authorization: { start } });
  tools = [world.createTool({ parameters, auth })];
  const client = await connect("of-alice", { elicitation: { url: {} } });
  await expect(client.callTool(call)).rejects.toMatchObject({
    data: {
      elicitations: [
        {
          url: "https://login.example/device",
          message:
            "Authorization required: connect Example Calendar to use list_events. Enter the code WDJB-MJHT there.",
        },
      ],
    },
  });
});

it("a server that is connected again announces again, and knows no refusal of before", async () => {
  const mcp = new McpServer({ name: "calendar", version: "1.0.0" });
  const waits: AbortSignal[] = [];
  const authorization = {
    async waitForAuthorization(_id: string, { signal }: { signal?: AbortSignal } = {}) {
      if (signal !== undefined) waits.push(signal);
      return { status: "denied", failure: "access_denied" } as const;
    },
  };
  const identifyUser = () => ({ userId: "alice" });
  registerTools({ server: mcp, tools, authorization, identifyUser });
  for (let session = 0; session < 2; session += 1) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const capabilities = { elicitation: { url: {} } };
    const client = new Client({ name: "agent", version: "1.0.0" }, { capabilities });
    const told = new Promise<void>((resolve) => {
      client.setNotificationHandler(ElicitationCompleteNotificationSchema, () => resolve());
    });
    await Promise.all([mcp.connect(ours), client.connect(theirs)]);
    await expect(client.callTool(call)).rejects.toMatchObject(needsLink);
    await told;
    await client.close();
  }
  expect(waits.map(({ aborted }) => aborted)).toEqual([true, true]);
});

it("nobody is waited for after the session", async () => {
  const client = await connect("of-alice", { elicitation: { url: {} } });
  await client.callTool(call).catch(() => {});
  expect(waits.map((signal) => signal?.aborted)).toEqual([false]);
  await (client.transport as StreamableHTTPClientTransport).terminateSession();
  await expect.poll(() => waits.map((signal) => signal?.aborted)).toEqual([true]);
});

it.each([{}, { elicitation: {} }, { elicitation: { form: {} } }])(
  "a client with the capabilities %j gets the pending result",
  async (capabilities) => {
    const client = await connect("of-alice", capabilities);
    const result = await client.callTool(call);
    expect(result).toMatchObject({
      isError: false,
      structuredContent: { pending: true, reason: "connect" },
    });
  },
);

it.each([
  [{ day: 5 }, 'The argument \\"day\\" must be string.'],
  [{}, "day"],
  [{ day: "today", userId: "bob" }, "userId"],
])("the arguments %j come back as words the model can act on", async (args, words) => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const client = await connect("of-alice");
  const result = await client.callTool({ ...call, arguments: args });
  expect(result).toMatchObject({
    isError: true,
    structuredContent: { error: "invalid_arguments" },
  });
  expect(JSON.stringify(result)).toContain(words);
  expect(world.calls).toEqual([]);
});

it("RT-05 a request without a user is an error, and uses nobody's credential", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const result = await (await connect("of-")).callTool(call);
  expect(result).toMatchObject({ isError: true });
  expect(JSON.stringify(result)).toContain("its context names none");
  expect(world.calls).toEqual([]);
});

it("RT-06 the client's bearer token goes no further; EV-01 no token comes back", async () => {
  await world.connect({ userId: "alice" }, "canary-access-token");
  world.api = (request) => Response.json({ echo: Object.fromEntries(request.headers) });
  const result = await (await connect("of-alice")).callTool(call);
  expect(JSON.stringify(world.calls.map(({ headers }) => [...headers]))).not.toContain("of-alice");
  expect(inspect(result, { depth: 9 })).toContain("echo");
  expect(inspect(result, { depth: 9 })).not.toContain("canary");
});
