import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3GenerateResult,
} from "@ai-sdk/provider";
import type { CalendarEvent } from "./calendar-events.js";

/**
 * A language model that follows a script instead of thinking: it picks the tool that the question
 * names, and puts the tool's answer into a sentence. It stands where a real model would, in the same
 * loop, so that the demo needs no key and no network.
 */
export const scriptedModel: LanguageModelV3 = {
  specificationVersion: "v3",
  provider: "demo",
  modelId: "scripted",
  supportedUrls: {},
  async doGenerate(options) {
    return answer(decide(options.prompt));
  },
  async doStream() {
    throw new Error("The scripted model does not stream; the demo's loop does not ask it to.");
  },
};

type Prompt = LanguageModelV3CallOptions["prompt"];

function decide(prompt: Prompt): LanguageModelV3Content {
  const last = prompt.at(-1);
  if (last?.role === "tool") {
    const result = last.content.find((part) => part.type === "tool-result");
    const output = result?.output.type === "json" ? result.output.value : undefined;
    return { type: "text", text: inWords(output) };
  }
  const questions = prompt.filter((message) => message.role === "user").map(textOf);
  const toolName = questions.at(0)?.includes("room") ? "list_meeting_rooms" : "list_events";
  return { type: "tool-call", toolCallId: `call-${prompt.length}`, toolName, input: "{}" };
}

function inWords(output: unknown): string {
  const result = output as {
    readonly pending?: boolean;
    readonly message?: string;
    readonly data?: {
      readonly events?: readonly CalendarEvent[];
      readonly rooms?: readonly { readonly name: string; readonly freeUntil: string }[];
    };
  };
  if (result.pending) {
    return "I cannot see your calendar yet. Please open the link; I will go on by myself.";
  }
  const { events, rooms } = result.data ?? {};
  if (events) {
    const lines = events.map((event) => `${event.start} ${event.title} (${event.place})`);
    return `You have ${lines.length} appointments today: ${lines.join("; ")}.`;
  }
  if (rooms) {
    return `Free now: ${rooms.map((room) => `${room.name} until ${room.freeUntil}`).join(", ")}.`;
  }
  return `That did not work: ${result.message ?? "the tool gave no answer"}`;
}

function textOf(message: Prompt[number]): string {
  return Array.isArray(message.content)
    ? message.content.map((part) => (part.type === "text" ? part.text : "")).join("")
    : message.content;
}

function answer(content: LanguageModelV3Content): LanguageModelV3GenerateResult {
  const nothing = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 };
  return {
    content: [content],
    finishReason: {
      unified: content.type === "tool-call" ? "tool-calls" : "stop",
      raw: undefined,
    },
    usage: { inputTokens: nothing, outputTokens: { total: 0, text: 0, reasoning: 0 } },
    warnings: [],
  };
}
