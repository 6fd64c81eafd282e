import { LlmAgent } from "@google/adk";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { toAdkTool } from "@rak-oauth/rest-tool-adapter/google-adk";

export function createAgent(listEvents: RestApiTool): LlmAgent {
  const tools = [toAdkTool(listEvents)];
  return new LlmAgent({ name: "calendar", model: "gemini-flash-latest", tools });
}
