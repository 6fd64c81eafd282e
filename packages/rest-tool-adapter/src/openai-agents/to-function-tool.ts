import { type FunctionTool, tool } from "@openai/agents";
import type { AgentTool } from "../agent-tool.js";
import type { ToolContext } from "../tool-context.js";
import type { ToolResult } from "../tool-result.js";

/** What the application gives to `run(agent, input, { context })`, perhaps among more of its own. */
export type RunUser = Pick<ToolContext, "userId" | "tenantId">;

/** A tool of the OpenAI Agents SDK that acts for the user of the run's context. */
export type UserFunctionTool = FunctionTool<RunUser, OpenParameters, ToolResult>;

/** The SDK's type of a schema that is not for strict mode; it does not look at what is in it. */
type OpenParameters = {
  type: "object";
  properties: Record<string, Record<string, unknown>>;
  required: string[];
  additionalProperties: true;
};

/**
 * Makes a function tool for the OpenAI Agents SDK. It acts for the user of the run's context, so one
 * agent serves all users. Where the user has to authorize first, the run is interrupted:
 * `agentTool.authorize` gives the link. Approve the interruption when the user is done, or reject it
 * when they will not, and run the state again.
 *
 * The model sees the tool's own schema without strict mode, which knows no optional arguments; the
 * tool checks the arguments itself.
 */
export function toFunctionTool(agentTool: AgentTool): UserFunctionTool {
  return tool<OpenParameters, RunUser, ToolResult>({
    name: agentTool.name,
    description: agentTool.description,
    strict: false,
    parameters: agentTool.parameters as OpenParameters,
    async needsApproval({ context }, _params, callId) {
      return (await agentTool.authorize?.({ ...userOf(context), callId })) !== undefined;
    },
    execute: (params, runContext, details) =>
      agentTool.execute(params as Readonly<Record<string, unknown>>, {
        ...userOf(runContext?.context),
        callId: details?.toolCall?.callId,
        signal: details?.signal,
      }),
    // The SDK would give every error to the model; what a person has to mend ends the run instead.
    errorFunction: null,
  });
}

/** A run without a context has no user, and then the tool says so. */
function userOf(context: unknown): RunUser {
  const { userId, tenantId } = (context ?? {}) as RunUser;
  return { userId, tenantId };
}
