import type { ToolResult } from "@rak-oauth/rest-tool-adapter";
import { MockLanguageModelV3 } from "ai/test";

type Turn = Awaited<ReturnType<MockLanguageModelV3["doGenerate"]>>;

/** In place of a real model: calls the tool, and says what it gave. */
export const scriptedModel = new MockLanguageModelV3({
  async doGenerate({ prompt }) {
    const last = prompt.at(-1);
    const part = last?.role === "tool" ? last.content[0] : undefined;
    const output = part?.type === "tool-result" ? part.output : undefined;
    if (output?.type !== "json") {
      const toolCallId = `call-${prompt.length}`;
      return turn({ type: "tool-call", toolCallId, toolName: "list_events", input: "{}" });
    }
    const result = output.value as unknown as ToolResult;
    const text = result.pending
      ? "Please open the link; I go on when you are done."
      : `Your calendar says: ${JSON.stringify(result)}`;
    return turn({ type: "text", text });
  },
});

function turn(content: Turn["content"][number]): Turn {
  const none = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 };
  return {
    content: [content],
    finishReason: {
      unified: content.type === "tool-call" ? "tool-calls" : "stop",
      raw: undefined,
    },
    usage: { inputTokens: none, outputTokens: { total: 0, text: 0, reasoning: 0 } },
    warnings: [],
  };
}
