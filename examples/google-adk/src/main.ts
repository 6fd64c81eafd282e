import { type Event, InMemoryRunner, LlmAgent } from "@google/adk";
import { resumption, showLink } from "@rak-oauth/example-calendar";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { toAdkTool } from "@rak-oauth/rest-tool-adapter/google-adk";
import { ScriptedLlm } from "./scripted-llm.js";

const { GEMINI_API_KEY } = process.env;
const agent = new LlmAgent({
  name: "calendar_agent",
  instruction: "Answer questions about the user's calendar.",
  model: GEMINI_API_KEY ? "gemini-flash-latest" : new ScriptedLlm(),
  tools: resumption.tools.map((tool) => toAdkTool(tool)),
});
const runner = new InMemoryRunner({ agent, appName: "calendar" });
const userId = "alice";
const session = await runner.sessionService.createSession({ appName: "calendar", userId });

type Part = NonNullable<NonNullable<Event["content"]>["parts"]>[number];

/** Says something into the session, and gives what the agent did about it. */
async function say(...parts: Part[]): Promise<readonly Part[]> {
  const newMessage = { role: "user", parts };
  const answers: Part[] = [];
  for await (const event of runner.runAsync({ userId, sessionId: session.id, newMessage })) {
    answers.push(...(event.content?.parts ?? []));
  }
  return answers;
}

function isPending(result: unknown): result is PendingAuthorizationResult {
  return (result as PendingAuthorizationResult | undefined)?.pending === true;
}

let answers = await say({ text: "What is on today?" });
for (const { functionResponse } of answers) {
  const pending = functionResponse?.response;
  if (!isPending(pending)) continue;
  showLink(userId, pending);
  // Perhaps in another process, much later.
  const calls = await resumption.resume(pending.auth_request_id);
  for (const { callId = "", toolName, result, error } of calls) {
    if (result === undefined) throw error;
    const response = { id: callId, name: toolName, response: { ...result } };
    answers = await say({ functionResponse: response });
  }
}
console.log(answers.at(-1)?.text);

// The calendar's server and the provider run in this process, and would keep it.
process.exit();
