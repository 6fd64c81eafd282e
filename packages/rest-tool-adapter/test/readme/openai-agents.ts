import { Agent, run } from "@openai/agents";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { type RunUser, toFunctionTool } from "@rak-oauth/rest-tool-adapter/openai-agents";

export async function ask(listEvents: RestApiTool, userId: string): Promise<unknown> {
  const tools = [toFunctionTool(listEvents)];
  const agent = new Agent<RunUser>({ name: "Calendar", tools });
  const result = await run(agent, "What is on today?", { context: { userId } });
  if (result.interruptions.length === 0) return result.finalOutput;
  // Show auth_url; when the user is done, approve the interruption and run the state again.
  return { state: result.state, pending: await listEvents.authorize({ userId }) };
}
