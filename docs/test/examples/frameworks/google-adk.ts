import { type Event, InMemoryRunner, LlmAgent } from "@google/adk";
import type { CallResumption, PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { toAdkTool } from "@rak-oauth/rest-tool-adapter/google-adk";

type Part = NonNullable<NonNullable<Event["content"]>["parts"]>[number];

export async function answer(
  resumption: CallResumption,
  userId: string,
  show: (link: string) => void,
): Promise<readonly Part[]> {
  const tools = resumption.tools.map((tool) => toAdkTool(tool));
  const agent = new LlmAgent({ name: "calendar", model: "gemini-flash-latest", tools });
  const runner = new InMemoryRunner({ agent, appName: "calendar" });
  const session = await runner.sessionService.createSession({ appName: "calendar", userId });

  async function say(...parts: Part[]): Promise<readonly Part[]> {
    const said: Part[] = [];
    const newMessage = { role: "user", parts };
    for await (const event of runner.runAsync({ userId, sessionId: session.id, newMessage })) {
      said.push(...(event.content?.parts ?? []));
    }
    return said;
  }

  let parts = await say({ text: "What is on today?" });
  for (const { functionResponse } of parts) {
    const pending = functionResponse?.response as PendingAuthorizationResult | undefined;
    if (pending?.pending !== true) continue;
    show(pending.auth_url);
    for (const call of await resumption.resume(pending.auth_request_id)) {
      if (call.result === undefined) throw call.error;
      const { callId = "", toolName, result } = call;
      const response = { id: callId, name: toolName, response: { ...result } };
      parts = await say({ functionResponse: response });
    }
  }
  return parts;
}
