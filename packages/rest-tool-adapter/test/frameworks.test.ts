import type { Context } from "@google/adk";
import { RunContext } from "@openai/agents";
import { expect, it } from "vitest";
import { toAiTool } from "../src/ai-sdk/index.js";
import { toAdkTool } from "../src/google-adk/index.js";
import type { AgentTool, ToolContext, ToolResult } from "../src/index.js";
import { toLangChainTool } from "../src/langchain/index.js";
import { toFunctionTool } from "../src/openai-agents/index.js";

const callId = "call-1";
const user = { userId: "alice", tenantId: "acme" };
const { signal } = new AbortController();

const ways: Readonly<Record<string, (tool: AgentTool) => unknown>> = {
  "the AI SDK": (tool) =>
    toAiTool(tool, user).execute?.({ day: "today" }, { toolCallId: callId, messages: [] }),
  "the OpenAI Agents SDK": (tool) => {
    const call = { type: "function_call", name: "list_events", arguments: "", callId } as const;
    const details = { toolCall: call, signal };
    return toFunctionTool(tool).invoke(new RunContext(user), '{"day":"today"}', details);
  },
  LangChain: (tool) => {
    const call = { type: "tool_call", id: callId, name: "list_events", args: { day: "today" } };
    return toLangChainTool(tool).invoke({ ...call, type: "tool_call" }, { context: user, signal });
  },
  "Google's ADK": (tool) => {
    const toolContext = { userId: "alice", functionCallId: callId, abortSignal: signal };
    return toAdkTool(tool, { identifyUser: () => user }).runAsync({
      args: { day: "today" },
      toolContext: toolContext as Context,
    });
  },
};

it.each(Object.entries(ways))("%s says whose call it is, and which", async (_name, call) => {
  const calls: { readonly params: unknown; readonly context: ToolContext }[] = [];
  await call({
    name: "list_events",
    description: "Lists the user's events.",
    parameters: { type: "object", properties: { day: { type: "string" } } },
    async execute(params, context): Promise<ToolResult> {
      calls.push({ params, context });
      return { status: "ok", httpStatus: 200, data: null };
    },
  });
  expect(calls).toMatchObject([{ params: { day: "today" }, context: { ...user, callId } }]);
});
