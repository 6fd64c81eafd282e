import { resumption, showLink } from "@rak-oauth/example-calendar";
import type { PendingAuthorizationResult, ResumedCall } from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { generateText, type ModelMessage, stepCountIs } from "ai";
import { scriptedModel } from "./scripted-model.js";

const tools = toAiTools(resumption.tools, { userId: "alice" });
const messages: ModelMessage[] = [{ role: "user", content: "What is on today?" }];

/** One turn of the agent; gives what the user has to do before it can go on, if anything. */
async function takeTurn(): Promise<PendingAuthorizationResult | undefined> {
  const { text, steps, response } = await generateText({
    // In place of your model, such as `openai("gpt-5-mini")`.
    model: scriptedModel,
    messages,
    tools,
    stopWhen: stepCountIs(5),
  });
  messages.push(...response.messages);
  const results = steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output));
  const pending = results.find(isPending);
  if (pending === undefined) console.log(text);
  return pending;
}

function isPending(output: unknown): output is PendingAuthorizationResult {
  return (output as { readonly pending?: unknown }).pending === true;
}

/** Puts what a call came to where its pending result was, and forgets what was said about that. */
function settle({ callId, result, error }: ResumedCall): void {
  if (result === undefined) throw error;
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "tool") continue;
    const part = content.find((each) => each.type === "tool-result" && each.toolCallId === callId);
    if (part?.type !== "tool-result") continue;
    part.output = { type: "json", value: JSON.parse(JSON.stringify(result)) };
    messages.splice(index + 1);
    return;
  }
}

let pending = await takeTurn();
while (pending !== undefined) {
  showLink("alice", pending);
  // Perhaps in another process, much later.
  for (const call of await resumption.resume(pending.auth_request_id)) settle(call);
  pending = await takeTurn();
}

// The calendar's server and the provider run in this process, and would keep it.
process.exit();
