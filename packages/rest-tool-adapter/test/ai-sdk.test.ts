import { ConfigurationError } from "@rak-oauth/core";
import { generateText, stepCountIs } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import * as aiSdk7 from "ai-7";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toAiTool, toAiTools } from "../src/ai-sdk/index.js";
import type { ToolContext } from "../src/index.js";
import { createWorld, type World } from "./oauth2-world.js";

type Turn = Awaited<ReturnType<MockLanguageModelV3["doGenerate"]>>;

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

const parameters = { type: "object", properties: { day: { type: "string" } } } as const;

function turn(content: Turn["content"][number]): Turn {
  const unified = content.type === "tool-call" ? "tool-calls" : "stop";
  const none = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 };
  return {
    content: [content],
    finishReason: { unified, raw: undefined },
    usage: { inputTokens: none, outputTokens: { total: 0, text: 0, reasoning: 0 } },
    warnings: [],
  };
}

function modelThatCalls(input: string): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    doGenerate: [
      turn({ type: "tool-call", toolCallId: "call-1", toolName: "list_events", input }),
      turn({ type: "text", text: "done" }),
    ],
  });
}

async function ask(model: MockLanguageModelV3, context: ToolContext, signal?: AbortSignal) {
  return generateText({
    model,
    prompt: "What is on today?",
    tools: toAiTools([world.createTool({ parameters })], context),
    stopWhen: stepCountIs(3),
    ...(signal && { abortSignal: signal }),
  });
}

it("the model sees name, description and schema, and gets the API's data for its user", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  world.api = (request) => Response.json({ day: new URL(request.url).searchParams.get("day") });
  const model = modelThatCalls('{"day":"today"}');
  const { steps } = await ask(model, { userId: "alice" });
  expect(model.doGenerateCalls[0]?.tools).toEqual([
    {
      type: "function",
      name: "list_events",
      description: "Lists the user's events.",
      inputSchema: parameters,
    },
  ]);
  expect(steps[0]?.toolResults[0]?.output).toEqual({
    status: "ok",
    httpStatus: 200,
    data: { day: "today" },
  });
  expect(world.calls[0]?.headers.get("authorization")).toBe("Bearer token-of-alice");
  expect(JSON.stringify(model.doGenerateCalls)).not.toContain("token-of-alice");
});

it("a user without a connection makes the loop end with a link for the model", async () => {
  const model = modelThatCalls("{}");
  const { steps } = await ask(model, { userId: "alice" });
  expect(steps[0]?.toolResults[0]?.output).toMatchObject({ pending: true, reason: "connect" });
  const lastMessage = JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1));
  expect(lastMessage).toContain("/oauth2/connect?request=");
});

it("bad arguments come back to the model as words it can act on", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const model = modelThatCalls('{"day":5}');
  await ask(model, { userId: "alice" });
  expect(JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1))).toContain(
    String.raw`The argument \"day\" must be string.`,
  );
  expect(world.calls).toEqual([]);
});

it("RT-05 without a user the SDK reports the tool's error", async () => {
  const { steps } = await ask(modelThatCalls("{}"), {});
  const failed = steps[0]?.content.find(({ type }) => type === "tool-error");
  expect(failed).toMatchObject({ error: { code: "missing_user_id" } });
});

it.each(["the context", "the SDK"])("a call ends when the signal of %s aborts", async (owner) => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const caller = new AbortController();
  const reason = new Error("enough");
  world.api = () => {
    caller.abort(reason);
    return new Promise<Response>(() => {});
  };
  const ofContext = owner === "the context" ? caller.signal : new AbortController().signal;
  const ofSdk = owner === "the SDK" ? caller.signal : new AbortController().signal;
  const tool = toAiTool(world.createTool(), { userId: "alice", signal: ofContext });
  const call = tool.execute?.({}, { toolCallId: "1", messages: [], abortSignal: ofSdk });
  await expect(call).rejects.toBe(reason);
});

it("two tools of one name are refused", () => {
  const tools = [world.createTool(), world.createTool()];
  expect(() => toAiTools(tools, { userId: "alice" })).toThrow(ConfigurationError);
});

it("AI SDK 7 runs the tools like 6", async () => {
  await world.connect({ userId: "alice" }, "token-of-alice");
  const tools = toAiTools([world.createTool({ parameters })], { userId: "alice" });
  const { steps, text } = await aiSdk7.generateText({
    model: modelThatCalls('{"day":"today"}'),
    prompt: "What is on today?",
    // Version 7 has its own type of the same thing.
    tools: tools as unknown as aiSdk7.ToolSet,
    stopWhen: aiSdk7.stepCountIs(3),
  });
  expect(steps[0]?.toolResults[0]?.output).toMatchObject({ status: "ok", httpStatus: 200 });
  expect(text).toBe("done");
});
