import { inspect } from "node:util";
import {
  BaseLlm,
  type BaseLlmConnection,
  type Event,
  InMemoryRunner,
  LlmAgent,
  type LlmRequest,
  type LlmResponse,
} from "@google/adk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type AdkToolOptions, toAdkTool } from "../src/google-adk/index.js";
import { createWorld, type World } from "./oauth2-world.js";

type Content = NonNullable<LlmResponse["content"]>;

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const parameters = { type: "object", properties: { day: { type: "string" } } } as const;

/** Calls the tool once, then says "done" to whatever it is told. */
class ScriptedLlm extends BaseLlm {
  readonly requests: LlmRequest[] = [];
  readonly #args: Record<string, unknown>;

  constructor(args: Record<string, unknown>) {
    super({ model: "scripted" });
    this.#args = args;
  }

  override async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    this.requests.push({ ...request, contents: structuredClone(request.contents) });
    const functionCall = { id: "call-1", name: "list_events", args: this.#args };
    const part = this.requests.length === 1 ? { functionCall } : { text: "done" };
    yield { content: { role: "model", parts: [part] } };
  }

  override connect(): Promise<BaseLlmConnection> {
    throw new Error("Not live.");
  }

  /** What the model was told last of its call. */
  get answer(): unknown {
    const parts = this.requests.at(-1)?.contents.flatMap((content) => content.parts ?? []) ?? [];
    return parts.findLast((part) => part.functionResponse)?.functionResponse?.response;
  }
}

interface Conversation {
  readonly events: Event[];
  say(part: NonNullable<Content["parts"]>[number]): Promise<void>;
}

async function talk(
  model: BaseLlm,
  userId: string,
  options: AdkToolOptions = {},
): Promise<Conversation> {
  const tools = [toAdkTool(world.createTool({ parameters }), options)];
  const agent = new LlmAgent({ name: "calendar", model, tools });
  const runner = new InMemoryRunner({ agent, appName: "calendar" });
  const session = await runner.sessionService.createSession({ appName: "calendar", userId });
  const events: Event[] = [];
  return {
    events,
    async say(part) {
      const newMessage = { role: "user", parts: [part] };
      for await (const event of runner.runAsync({ userId, sessionId: session.id, newMessage })) {
        events.push(event);
      }
    },
  };
}

const question = { text: "What is on today?" };

function lastTextOf({ events }: Conversation): unknown {
  return events.at(-1)?.content?.parts?.[0]?.text;
}

it("the model sees name, description and schema, and gets the API's data for its user", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  world.api = (request) => Response.json({ day: new URL(request.url).searchParams.get("day") });
  const model = new ScriptedLlm({ day: "today" });
  const conversation = await talk(model, "alice");
  await conversation.say(question);
  expect(model.requests[0]?.config?.tools).toEqual([
    {
      functionDeclarations: [
        {
          name: "list_events",
          description: "Lists the user's events.",
          parametersJsonSchema: parameters,
        },
      ],
    },
  ]);
  expect(model.answer).toEqual({ status: "ok", httpStatus: 200, data: { day: "today" } });
  expect(lastTextOf(conversation)).toBe("done");
  expect(world.calls[0]?.headers.get("authorization")).toBe("Bearer token-of-alice");
});

it("a user who connected later sends the result into the session, and the model goes on", async () => {
  const model = new ScriptedLlm({});
  const conversation = await talk(model, "alice");
  await conversation.say(question);
  expect(model.answer).toMatchObject({ pending: true, reason: "connect" });
  const waiting = conversation.events.flatMap(({ longRunningToolIds = [] }) => longRunningToolIds);
  expect(waiting).toEqual(["call-1"]);

  await world.connect({ userId: "alice" }, "token-of-alice");
  const result = await world.createTool().execute({}, { userId: "alice" });
  await conversation.say({
    functionResponse: { id: "call-1", name: "list_events", response: { ...result } },
  });
  expect(model.answer).toMatchObject({ status: "ok" });
  expect(lastTextOf(conversation)).toBe("done");
});

it("bad arguments come back to the model as words it can act on", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const model = new ScriptedLlm({ day: 5 });
  await (await talk(model, "alice")).say(question);
  expect(model.answer).toMatchObject({
    error: "invalid_arguments",
    message: expect.stringContaining('The argument "day" must be string.'),
  });
  expect(world.calls).toEqual([]);
});

it("a tenant's user is told apart by the application", async () => {
  await world.connect({ userId: "alice", tenantId: "acme" }, "token-of-alice");
  const model = new ScriptedLlm({});
  const identifyUser: AdkToolOptions["identifyUser"] = ({ userId }) => ({
    userId,
    tenantId: "acme",
  });
  await (await talk(model, "alice", { identifyUser })).say(question);
  expect(model.answer).toMatchObject({ status: "ok" });
});

it("RT-05 a call for nobody is an error that the model reads, and uses nobody's credential", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const model = new ScriptedLlm({ userId: "alice" });
  await (await talk(model, "alice", { identifyUser: () => ({}) })).say(question);
  expect(JSON.stringify(model.answer)).toContain("error");
  expect(world.calls).toEqual([]);
});

it("EV-01 the session's events show what the tool gave, and no token", async () => {
  await world.connect({ userId: "alice" }, "canary-access-token");
  world.api = (request) => Response.json({ echo: request.headers.get("authorization") });
  const conversation = await talk(new ScriptedLlm({}), "alice");
  await conversation.say(question);
  const shown = inspect(conversation.events, { depth: 12 });
  expect(shown).toContain("httpStatus");
  expect(shown).not.toContain("canary");
});
