import { DynamicStructuredTool, type ToolRunnableConfig } from "@langchain/core/tools";
import type { JsonSchema7Type } from "@langchain/core/utils/json_schema";
import type { AgentTool } from "../agent-tool.js";
import { authorizationFailure } from "../failures.js";
import type { ToolContext } from "../tool-context.js";
import type { PendingAuthorizationResult, ToolResult } from "../tool-result.js";

/** What the application gives to `invoke(input, { context })`, perhaps among more of its own. */
export type RunUser = Pick<ToolContext, "userId" | "tenantId">;

/** Options of {@link toLangChainTool}. */
export interface LangChainToolOptions {
  /**
   * `interrupt` of LangGraph, for graphs with a checkpointer: where the user has to authorize first,
   * the graph stops with the pending result as the interrupt's value. Resume it with what
   * `waitForAuthorization` gave, and the call is made again.
   *
   * @defaultValue the model gets the pending result
   */
  readonly interrupt?: ((pending: PendingAuthorizationResult) => unknown) | undefined;
}

/**
 * Makes a tool for LangChain and LangGraph. It acts for the user of the run's context, so one graph
 * serves all users. The model gets the result as JSON, the application as the message's `artifact`.
 */
export function toLangChainTool(
  agentTool: AgentTool,
  options: LangChainToolOptions = {},
): DynamicStructuredTool<JsonSchema7Type> {
  const { name, description, parameters } = agentTool;
  return new DynamicStructuredTool({
    name,
    description,
    schema: parameters as JsonSchema7Type,
    responseFormat: "content_and_artifact",
    verboseParsingErrors: true,
    async func(params, _runManager, config): Promise<[string, ToolResult]> {
      const { context, toolCall, signal } = (config ?? {}) as ToolRunnableConfig;
      // A run without a context has no user, and then the tool says so.
      const { userId, tenantId } = (context ?? {}) as RunUser;
      const isRepeatedByCaller = options.interrupt !== undefined;
      const call = { userId, tenantId, callId: toolCall?.id, isRepeatedByCaller, signal };
      let result = await agentTool.execute(params as Readonly<Record<string, unknown>>, call);
      while (result.pending && options.interrupt) {
        const refusal = refusalIn(options.interrupt(result));
        result = refusal
          ? authorizationFailure(name, result.provider, refusal)
          : await agentTool.execute(params as Readonly<Record<string, unknown>>, call);
      }
      return [JSON.stringify(result), result];
    },
  });
}

/** How the authorization ended, where a graph was resumed with one that did not come to be. */
function refusalIn(outcome: unknown): "denied" | "expired" | "failed" | undefined {
  const { status } = (outcome ?? {}) as { readonly status?: unknown };
  return status === "denied" || status === "expired" || status === "failed" ? status : undefined;
}
