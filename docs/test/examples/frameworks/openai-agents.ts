import { Agent, run } from "@openai/agents";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { type RunUser, toFunctionTool } from "@rak-oauth/rest-tool-adapter/openai-agents";

export async function answer(
  listEvents: RestApiTool,
  flow: AuthorizationCodeFlow,
  userId: string,
  show: (link: string) => void,
): Promise<unknown> {
  const agent = new Agent<RunUser>({ name: "Calendar", tools: [toFunctionTool(listEvents)] });
  const context: RunUser = { userId };
  let result = await run(agent, "What is on today?", { context });
  while (result.interruptions.length > 0) {
    const { state } = result; // JSON.stringify(state) may be stored while the user is away
    const pending = await listEvents.authorize({ userId });
    if (pending !== undefined) show(pending.auth_url);
    const outcome = pending && (await flow.waitForAuthorization(pending.auth_request_id));
    for (const interruption of result.interruptions) {
      if (outcome === undefined || outcome.status === "completed") state.approve(interruption);
      else state.reject(interruption, { message: `The user did not connect: ${outcome.status}.` });
    }
    result = await run(agent, state);
  }
  return result.finalOutput;
}
