import { inspect } from "node:util";
import {
  Agent,
  type AgentInputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  Runner,
  RunState,
  setTraceProcessors,
  setTracingDisabled,
  type TracingProcessor,
  Usage,
} from "@openai/agents";
import { isOAuth2Error } from "@rak-oauth/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunUser, toFunctionTool } from "../src/openai-agents/index.js";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const parameters = { type: "object", properties: { day: { type: "string" } } } as const;

/** Calls the tool once, then says what is in the last result. */
function modelThatCalls(input: string): Model & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async getResponse(request): Promise<ModelResponse> {
      requests.push(JSON.parse(JSON.stringify(request)));
      const call = { type: "function_call", callId: "call-1", name: "list_events" } as const;
      return {
        usage: new Usage(),
        output:
          requests.length === 1
            ? [{ ...call, arguments: input, status: "completed" }]
            : [
                {
                  type: "message",
                  role: "assistant",
                  status: "completed",
                  content: [{ type: "output_text", text: "done" }],
                },
              ],
      };
    },
    getStreamedResponse() {
      throw new Error("Not streamed.");
    },
  };
}

function createAgent(model: Model): Agent<RunUser> {
  return new Agent<RunUser>({
    name: "calendar",
    model,
    tools: [toFunctionTool(world.createTool({ parameters }))],
  });
}

const runner = new Runner({ tracingDisabled: true });

/** The tool's answer as the model reads it. */
function answerIn({ requests }: { readonly requests: readonly ModelRequest[] }): unknown {
  const items = requests.at(-1)?.input as AgentInputItem[];
  const item = items.find(({ type }) => type === "function_call_result");
  const { output } = item as { readonly output: string | { readonly text: string } };
  return JSON.parse(typeof output === "string" ? output : output.text);
}

it("the model sees name, description and schema, and gets the API's data for its user", async () => {
  await world.connect({ userId: "alice", tenantId: "acme" }, "token-of-alice");
  world.api = (request) => Response.json({ day: new URL(request.url).searchParams.get("day") });
  const model = modelThatCalls('{"day":"today"}');
  const context = { userId: "alice", tenantId: "acme" };
  const result = await runner.run(createAgent(model), "What is on today?", { context });
  expect(result.finalOutput).toBe("done");
  expect(model.requests[0]?.tools).toMatchObject([
    {
      type: "function",
      name: "list_events",
      description: "Lists the user's events.",
      strict: false,
      parameters,
    },
  ]);
  expect(answerIn(model)).toEqual({ status: "ok", httpStatus: 200, data: { day: "today" } });
  expect(world.calls[0]?.headers.get("authorization")).toBe("Bearer token-of-alice");
});

it("a run waits for its user as an interruption, and goes on from its stored state", async () => {
  const model = modelThatCalls("{}");
  const agent = createAgent(model);
  const interrupted = await runner.run(agent, "What is on today?", {
    context: { userId: "alice" },
  });
  const stored = JSON.stringify(interrupted.state);
  expect(world.calls).toEqual([]);

  const state = await RunState.fromString<RunUser, typeof agent>(agent, stored);
  const [interruption] = state.getInterruptions();
  if (interruption === undefined) throw new Error("The run was not interrupted.");
  expect(interruption.name).toBe("list_events");
  const pending = await world.createTool().authorize({ userId: "alice" });
  expect(pending).toMatchObject({ pending: true, reason: "connect" });
  await world.connect({ userId: "alice" }, "token-of-alice");
  state.approve(interruption);
  const result = await runner.run(agent, state);
  expect(result.finalOutput).toBe("done");
  expect(answerIn(model)).toMatchObject({ status: "ok" });
  expect(world.calls).toHaveLength(1);
});

it("an approval without an authorization gives the link to the model", async () => {
  const model = modelThatCalls("{}");
  const agent = createAgent(model);
  const context: RunUser = { userId: "alice" };
  const { state } = await runner.run(agent, "What is on today?", { context });
  for (const interruption of state.getInterruptions()) state.approve(interruption);
  await runner.run(agent, state);
  expect(answerIn(model)).toMatchObject({ pending: true, reason: "connect" });
});

it("a tool that cannot be asked before the call gives the link to the model", async () => {
  const { name, description, execute } = world.createTool();
  const call = execute.bind(world.createTool());
  const model = modelThatCalls("{}");
  const tools = [toFunctionTool({ name, description, parameters, execute: call })];
  const agent = new Agent<RunUser>({ name: "calendar", model, tools });
  await runner.run(agent, "What is on today?", { context: { userId: "alice" } });
  expect(answerIn(model)).toMatchObject({ pending: true, reason: "connect" });
});

it("a user who will not authorize is told to the model", async () => {
  const model = modelThatCalls("{}");
  const agent = createAgent(model);
  const { state } = await runner.run(agent, "What is on today?", { context: { userId: "alice" } });
  for (const interruption of state.getInterruptions()) {
    state.reject(interruption, { message: "The user did not authorize: denied." });
  }
  await runner.run(agent, state);
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain("did not authorize: denied");
  expect(world.calls).toEqual([]);
});

it("bad arguments come back to the model as words it can act on", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const model = modelThatCalls('{"day":5}');
  await runner.run(createAgent(model), "What is on today?", { context: { userId: "alice" } });
  expect(answerIn(model)).toMatchObject({
    error: "invalid_arguments",
    message: expect.stringContaining('The argument "day" must be string.'),
  });
  expect(world.calls).toEqual([]);
});

it("arguments that are no JSON are answered once a person has approved them", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const model = modelThatCalls("{}x");
  const agent = createAgent(model);
  const { state } = await runner.run(agent, "What is on today?", { context: { userId: "alice" } });
  for (const interruption of state.getInterruptions()) state.approve(interruption);
  const { finalOutput } = await runner.run(agent, state);
  expect(finalOutput).toBe("done");
  expect(JSON.stringify(model.requests[1]?.input)).toContain("error occurred while parsing");
  expect(world.calls).toEqual([]);
});

it.each([{}, undefined])(
  "RT-05 the run fails when its context %j names no user",
  async (context) => {
    const run = runner.run(createAgent(modelThatCalls('{"userId":"alice"}')), "What is on today?", {
      ...(context && { context }),
    });
    const error = (await run.catch((reason: unknown) => reason)) as { readonly error?: unknown };
    expect(
      [error, error.error].some((one) => isOAuth2Error(one) && one.code === "missing_user_id"),
    ).toBe(true);
    expect(world.calls).toEqual([]);
  },
);

it("EV-01 the SDK's tracing shows what the tool gave, and no token", async () => {
  const seen: string[] = [];
  const note = async (thing: unknown) => {
    seen.push(JSON.stringify(thing), inspect(thing, { depth: 9 }));
  };
  const processor: TracingProcessor = {
    onTraceStart: note,
    onTraceEnd: note,
    onSpanStart: note,
    onSpanEnd: note,
    async shutdown() {},
    async forceFlush() {},
  };
  setTraceProcessors([processor]);
  setTracingDisabled(false);
  await world.connect({ userId: "alice" }, "canary-access-token");
  world.api = (request) => Response.json({ echo: request.headers.get("authorization") });
  const traced = new Runner();
  const agent = createAgent(modelThatCalls("{}"));
  const result = await traced.run(agent, "What is on?", { context: { userId: "alice" } });
  setTracingDisabled(true);
  const shown = [...seen, JSON.stringify(result.state), JSON.stringify(result.history)].join("\n");
  expect(shown).toContain("httpStatus");
  expect(shown).not.toContain("canary");
});

it("a call ends when the run is aborted", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const caller = new AbortController();
  world.api = () => {
    caller.abort(new Error("enough"));
    return new Promise<Response>(() => {});
  };
  const run = runner.run(createAgent(modelThatCalls("{}")), "What is on today?", {
    context: { userId: "alice" },
    signal: caller.signal,
  });
  await expect(run).rejects.toThrow();
});
