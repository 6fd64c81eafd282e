import { Agent, Runner } from "@openai/agents";
import { askUser, listEvents } from "@rak-oauth/example-calendar";
import { type RunUser, toFunctionTool } from "@rak-oauth/rest-tool-adapter/openai-agents";
import { scriptedModel } from "./scripted-model.js";

const { OPENAI_API_KEY } = process.env;
const agent = new Agent<RunUser>({
  name: "Calendar agent",
  instructions: "Answer questions about the user's calendar.",
  model: OPENAI_API_KEY ? "gpt-5-mini" : scriptedModel,
  tools: [toFunctionTool(listEvents)],
});
const runner = new Runner({ tracingDisabled: !OPENAI_API_KEY });

let result = await runner.run(agent, "What is on today?", { context: { userId: "alice" } });
while (result.interruptions.length > 0) {
  // `JSON.stringify(result.state)` may be stored while the user is away.
  const { state } = result;
  const pending = await listEvents.authorize({ userId: "alice" });
  const outcome = pending ? await askUser("alice", pending) : undefined;
  for (const interruption of result.interruptions) {
    if (outcome === undefined || outcome.status === "completed") state.approve(interruption);
    else state.reject(interruption, { message: `The user did not authorize: ${outcome.status}.` });
  }
  result = await runner.run(agent, state);
}
console.log(result.finalOutput);

// The calendar's server and the provider run in this process, and would keep it.
process.exit();
