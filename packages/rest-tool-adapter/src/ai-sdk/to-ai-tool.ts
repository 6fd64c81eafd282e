import { ConfigurationError } from "@rak-oauth/core";
import { type JSONSchema7, jsonSchema, type Tool } from "ai";
import type { AgentTool } from "../agent-tool.js";
import type { ToolContext } from "../tool-context.js";
import type { ToolResult } from "../tool-result.js";

/** A tool of the Vercel AI SDK whose output is a {@link ToolResult}. */
export type AiTool = Tool<Record<string, unknown>, ToolResult>;

/**
 * Makes a tool for the Vercel AI SDK that acts for one user: make it for each request of a user,
 * and never share it between users.
 */
export function toAiTool(agentTool: AgentTool, context: ToolContext): AiTool {
  return {
    description: agentTool.description,
    inputSchema: jsonSchema<Record<string, unknown>>(agentTool.parameters as JSONSchema7),
    execute: (input, { toolCallId, abortSignal }) =>
      agentTool.execute(input, {
        ...context,
        callId: toolCallId,
        signal: joinSignals(context.signal, abortSignal),
      }),
  };
}

/**
 * Makes a `tools` object for the Vercel AI SDK, by tool name, that acts for one user.
 *
 * @throws ConfigurationError when two tools have the same name.
 */
export function toAiTools(
  agentTools: readonly AgentTool[],
  context: ToolContext,
): Record<string, AiTool> {
  const tools = new Map<string, AiTool>();
  for (const agentTool of agentTools) {
    if (tools.has(agentTool.name)) {
      throw new ConfigurationError(
        `toAiTools: two tools have the name ${JSON.stringify(agentTool.name)}. Rename one.`,
      );
    }
    tools.set(agentTool.name, toAiTool(agentTool, context));
  }
  return Object.fromEntries(tools);
}

function joinSignals(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}
