import { type AgentInputItem, type Model, type ModelResponse, Usage } from "@openai/agents";

/** In place of a real model, where there is no key for one: calls the tool, and says what it gave. */
export const scriptedModel: Model = {
  async getResponse({ input }): Promise<ModelResponse> {
    const last = typeof input === "string" ? undefined : input.at(-1);
    return { usage: new Usage(), output: [last ? reactTo(last) : callTool()] };
  },
  getStreamedResponse() {
    throw new Error("The scripted model does not stream.");
  },
};

function reactTo(item: AgentInputItem): ModelResponse["output"][number] {
  if (item.type !== "function_call_result") return callTool();
  const text = `Your calendar says: ${JSON.stringify(item.output)}`;
  return {
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text }],
  };
}

function callTool(): ModelResponse["output"][number] {
  return { type: "function_call", callId: "call-1", name: "list_events", arguments: "{}" };
}
