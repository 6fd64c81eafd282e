import { ConfigurationError } from "@rak-oauth/core";
import { type JSONSchema7, jsonSchema, type Tool, tool } from "ai";
import type { RestApiTool } from "../rest-api-tool.js";
import type { ToolContext } from "../tool-context.js";
import type { ToolResult } from "../tool-result.js";

/** A tool of the Vercel AI SDK whose output is a {@link ToolResult}. */
export type AiTool = Tool<Record<string, unknown>, ToolResult>;

/**
 * Makes a tool for the Vercel AI SDK that acts for one user: make it for each request of a user,
 * and never share it between users.
 */
export function toAiTool(restApiTool: RestApiTool, context: ToolContext): AiTool {
  return tool<Record<string, unknown>, ToolResult>({
    description: restApiTool.description,
    inputSchema: jsonSchema<Record<string, unknown>>(restApiTool.parameters as JSONSchema7),
    execute: (input, { abortSignal }) =>
      restApiTool.execute(input, { ...context, signal: joinSignals(context.signal, abortSignal) }),
  });
}

/**
 * Makes a `tools` object for the Vercel AI SDK, by tool name, that acts for one user.
 *
 * @throws ConfigurationError when two tools have the same name.
 */
export function toAiTools(
  restApiTools: readonly RestApiTool[],
  context: ToolContext,
): Record<string, AiTool> {
  const tools = new Map<string, AiTool>();
  for (const restApiTool of restApiTools) {
    if (tools.has(restApiTool.name)) {
      throw new ConfigurationError(
        `toAiTools: two tools have the name ${JSON.stringify(restApiTool.name)}. Rename one.`,
      );
    }
    tools.set(restApiTool.name, toAiTool(restApiTool, context));
  }
  return Object.fromEntries(tools);
}

function joinSignals(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}
