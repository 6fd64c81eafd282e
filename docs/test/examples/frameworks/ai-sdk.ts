import type { CallResumption, PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { generateText, type LanguageModel, type ModelMessage, stepCountIs } from "ai";

/** One turn for one user; gives what the user has to do before the agent can go on, if anything. */
export async function takeTurn(
  model: LanguageModel,
  resumption: CallResumption,
  userId: string,
  messages: ModelMessage[],
): Promise<PendingAuthorizationResult | undefined> {
  const { steps, response } = await generateText({
    model,
    messages,
    tools: toAiTools(resumption.tools, { userId }),
    stopWhen: stepCountIs(5),
  });
  messages.push(...response.messages);
  const results = steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output));
  return results.find(isPending);
}

function isPending(output: unknown): output is PendingAuthorizationResult {
  return (output as { readonly pending?: unknown }).pending === true;
}
