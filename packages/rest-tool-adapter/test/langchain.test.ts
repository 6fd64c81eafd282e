import { inspect } from "node:util";
import { AIMessage, HumanMessage, type ToolMessage } from "@langchain/core/messages";
import { type FakeBuiltModel, fakeModel } from "@langchain/core/testing";
import { BaseTracer } from "@langchain/core/tracers/base";
import {
  Annotation,
  Command,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AgentTool, PendingAuthorizationResult } from "../src/index.js";
import {
  type LangChainToolOptions,
  type RunUser,
  toLangChainTool,
} from "../src/langchain/index.js";
import { createWorld, type World } from "./oauth2-world.js";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const parameters = { type: "object", properties: { day: { type: "string" } } } as const;

/** Calls the tool once, then says that it is done. */
function modelThatCalls(args: Record<string, unknown>): FakeBuiltModel {
  return fakeModel()
    .respondWithTools([{ id: "call-1", name: "list_events", args }])
    .respond(new AIMessage("done"));
}

const RunContext = Annotation.Root({
  userId: Annotation<string | undefined>,
  tenantId: Annotation<string | undefined>,
});

function createGraph(model: FakeBuiltModel, options?: LangChainToolOptions) {
  const tools = [toLangChainTool(world.createTool({ parameters }), options)];
  const bound = model.bindTools(tools);
  return new StateGraph(MessagesAnnotation, RunContext)
    .addNode("agent", async ({ messages }) => ({ messages: [await bound.invoke(messages)] }))
    .addNode("tools", new ToolNode(tools))
    .addEdge("__start__", "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile({ checkpointer: new MemorySaver() });
}

const question = { messages: [new HumanMessage("What is on today?")] };

function runOf(context: RunUser) {
  return {
    configurable: { thread_id: "1" },
    context: context as { userId: string; tenantId: string },
  };
}

/** The tool's answer as the model reads it. */
function answerIn({ messages }: typeof MessagesAnnotation.State): unknown {
  return JSON.parse(String(messages.find(({ type }) => type === "tool")?.content));
}

function pendingOf(stopped: unknown): PendingAuthorizationResult {
  if (!isInterrupted<PendingAuthorizationResult>(stopped))
    throw new Error("The graph did not stop.");
  const [first] = stopped.__interrupt__;
  if (first?.value === undefined) throw new Error("The interrupt has no value.");
  return first.value;
}

it("the model gets the API's data for its user, and the application the result itself", async () => {
  await world.connect({ userId: "alice", tenantId: "acme" }, "token-of-alice");
  world.api = (request) => Response.json({ day: new URL(request.url).searchParams.get("day") });
  const graph = createGraph(modelThatCalls({ day: "today" }));
  const state = await graph.invoke(question, runOf({ userId: "alice", tenantId: "acme" }));
  const result = { status: "ok", httpStatus: 200, data: { day: "today" } };
  expect(answerIn(state)).toEqual(result);
  const message = state.messages.find(({ type }) => type === "tool") as ToolMessage;
  expect(message).toMatchObject({ artifact: result, tool_call_id: "call-1" });
  expect(state.messages.at(-1)?.content).toBe("done");
  expect(world.calls[0]?.headers.get("authorization")).toBe("Bearer token-of-alice");
});

it("the model sees name, description and schema", () => {
  const { name, description, schema } = toLangChainTool(world.createTool({ parameters }));
  expect({ name, description, schema }).toEqual({
    name: "list_events",
    description: "Lists the user's events.",
    schema: parameters,
  });
});

it("without interrupt the model gets the link", async () => {
  const graph = createGraph(modelThatCalls({}));
  const state = await graph.invoke(question, runOf({ userId: "alice" }));
  expect(answerIn(state)).toMatchObject({ pending: true, reason: "connect" });
});

it("a graph stops for its user, and makes the call again when it is resumed", async () => {
  const graph = createGraph(modelThatCalls({}), { interrupt });
  const run = runOf({ userId: "alice" });
  const pending = pendingOf(await graph.invoke(question, run));
  expect(pending).toMatchObject({ pending: true, reason: "connect" });
  expect(world.calls).toEqual([]);
  await world.connect({ userId: "alice" }, "token-of-alice");
  const resumed = await graph.invoke(new Command({ resume: { status: "completed" } }), run);
  expect(answerIn(resumed as typeof MessagesAnnotation.State)).toMatchObject({ status: "ok" });
  expect(world.calls).toHaveLength(1);
});

it.each([
  [{ interrupt }, true],
  [{}, false],
])("with %j it says whether the graph makes the call again", async (options, isRepeated) => {
  const seen: unknown[] = [];
  const tool: AgentTool = {
    name: "list_events",
    description: "Lists events.",
    parameters,
    async execute(_params, context) {
      seen.push(context?.isRepeatedByCaller);
      return { status: "ok", httpStatus: 200, data: {} };
    },
  };
  await toLangChainTool(tool, options).invoke({}, { context: { userId: "alice" } });
  expect(seen).toEqual([isRepeated]);
});

it("calls that run side by side wait for one authorization", async () => {
  const calls = ["call-1", "call-2"].map((id) => ({ id, name: "list_events", args: {} }));
  const model = fakeModel().respondWithTools(calls).respond(new AIMessage("done"));
  const graph = createGraph(model, { interrupt });
  const run = runOf({ userId: "alice" });
  pendingOf(await graph.invoke(question, run));
  await world.connect({ userId: "alice" }, "token-of-alice");
  const resume = { status: "completed" };
  const { messages } = (await graph.invoke(
    new Command({ resume }),
    run,
  )) as typeof MessagesAnnotation.State;
  const answers = messages.filter(({ type }) => type === "tool") as ToolMessage[];
  expect(answers.map((message) => message.tool_call_id)).toEqual(["call-1", "call-2"]);
  expect(answers.map(({ artifact }) => artifact.status)).toEqual(["ok", "ok"]);
});

it("a graph that is resumed too early stops again", async () => {
  const graph = createGraph(modelThatCalls({}), { interrupt });
  const run = runOf({ userId: "alice" });
  const first = pendingOf(await graph.invoke(question, run));
  const second = pendingOf(await graph.invoke(new Command({ resume: true }), run));
  expect(second).toEqual(first);
  await world.connect({ userId: "alice" }, "token-of-alice");
  const resumed = await graph.invoke(new Command({ resume: true }), run);
  expect(answerIn(resumed as typeof MessagesAnnotation.State)).toMatchObject({ status: "ok" });
});

it.each(["denied", "expired", "failed"])(
  "an authorization that %s is told to the model",
  async (status) => {
    const graph = createGraph(modelThatCalls({}), { interrupt });
    const run = runOf({ userId: "alice" });
    await graph.invoke(question, run);
    const resumed = await graph.invoke(new Command({ resume: { status } }), run);
    expect(answerIn(resumed as typeof MessagesAnnotation.State)).toMatchObject({
      status: "error",
      error: `authorization_${status}`,
    });
    expect(world.calls).toEqual([]);
  },
);

it("bad arguments come back to the model as words it can act on", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const graph = createGraph(modelThatCalls({ day: 5 }));
  const { messages } = await graph.invoke(question, runOf({ userId: "alice" }));
  expect(messages.find(({ type }) => type === "tool")?.content).toContain("day");
  expect(world.calls).toEqual([]);
});

it("RT-05 without a user in the context nobody's credential is used", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const tool = toLangChainTool(world.createTool({ parameters }));
  const call = { id: "1", name: "list_events", args: {}, type: "tool_call" } as const;
  for (const config of [undefined, { context: {} }, { configurable: { userId: "alice" } }]) {
    await expect(tool.invoke(call, config)).rejects.toMatchObject({ code: "missing_user_id" });
  }
  expect(world.calls).toEqual([]);
});

it("EV-01 traces and checkpoints show what the tool gave, and no token", async () => {
  const seen: string[] = [];
  class Recorder extends BaseTracer {
    readonly name = "recorder";
    protected async persistRun(run: unknown): Promise<void> {
      seen.push(JSON.stringify(run), inspect(run, { depth: 9 }));
    }
  }
  await world.connect({ userId: "alice" }, "canary-access-token");
  world.api = (request) => Response.json({ echo: request.headers.get("authorization") });
  const graph = createGraph(modelThatCalls({}));
  const run = { ...runOf({ userId: "alice" }), callbacks: [new Recorder()] };
  seen.push(JSON.stringify(await graph.invoke(question, run)));
  seen.push(inspect(await graph.getState(run), { depth: 9 }));
  expect(seen.join("\n")).toContain("httpStatus");
  expect(seen.join("\n")).not.toContain("canary");
});

it("a call ends when the run is aborted", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const caller = new AbortController();
  world.api = () => {
    caller.abort(new Error("enough"));
    return new Promise<Response>(() => {});
  };
  const graph = createGraph(modelThatCalls({}));
  const run = graph.invoke(question, { ...runOf({ userId: "alice" }), signal: caller.signal });
  await expect(run).rejects.toThrow();
});
