import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { generateText, type LanguageModel, stepCountIs } from "ai";

export async function ask(
  model: LanguageModel,
  listEvents: RestApiTool,
  userId: string,
): Promise<string> {
  const tools = toAiTools([listEvents], { userId });
  const stopWhen = stepCountIs(5);
  const { text } = await generateText({ model, prompt: "What is on today?", tools, stopWhen });
  return text;
}
