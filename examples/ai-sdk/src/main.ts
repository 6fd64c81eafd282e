import { askUser, listEvents } from "@rak-oauth/example-calendar";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { generateText, type ModelMessage, stepCountIs } from "ai";
import { scriptedModel } from "./scripted-model.js";

const tools = toAiTools([listEvents], { userId: "alice" });
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

let pending = await takeTurn();
while (pending !== undefined) {
  const { status } = await askUser("alice", pending);
  const news = status === "completed" ? "is done. Please go on." : `has ended: ${status}.`;
  messages.push({ role: "user", content: `The authorization ${news}` });
  pending = await takeTurn();
}

// The calendar's server and the provider run in this process, and would keep it.
process.exit();
