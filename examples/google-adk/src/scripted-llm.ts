import { BaseLlm, type BaseLlmConnection, type LlmRequest, type LlmResponse } from "@google/adk";

/** In place of a real model, where there is no key for one: calls the tool, and says what it gave. */
export class ScriptedLlm extends BaseLlm {
  constructor() {
    super({ model: "scripted" });
  }

  override async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    const last = request.contents.flatMap(({ parts = [] }) => parts).at(-1);
    const result = last?.functionResponse?.response;
    const part = result
      ? { text: `Your calendar says: ${JSON.stringify(result)}` }
      : { functionCall: { id: "call-1", name: "list_events", args: {} } };
    yield { content: { role: "model", parts: [part] } };
  }

  override connect(): Promise<BaseLlmConnection> {
    throw new Error("The scripted model is not for live connections.");
  }
}
