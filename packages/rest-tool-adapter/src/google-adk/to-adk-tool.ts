import { BaseTool, type Context, type RunAsyncToolRequest } from "@google/adk";
import type { AgentTool } from "../agent-tool.js";
import type { ToolContext } from "../tool-context.js";
import type { ToolResult } from "../tool-result.js";

/** Options of {@link toAdkTool}. */
export interface AdkToolOptions {
  /** For whom a call is, where the session's user alone does not tell. @defaultValue its user */
  readonly identifyUser?:
    | ((context: Context) => Pick<ToolContext, "userId" | "tenantId">)
    | undefined;
}

/**
 * Makes a tool for Google's Agent Development Kit. It acts for the user of the session, so one agent
 * serves all users. It counts as long-running: the model gets the pending result at once, and what the
 * call comes to when the user is done is sent into the session as a `functionResponse` of the same id.
 */
export function toAdkTool(agentTool: AgentTool, options: AdkToolOptions = {}): BaseTool {
  return new AdkTool(agentTool, options.identifyUser ?? sessionUser);
}

class AdkTool extends BaseTool {
  readonly #tool: AgentTool;
  readonly #identifyUser: NonNullable<AdkToolOptions["identifyUser"]>;

  constructor(tool: AgentTool, identifyUser: NonNullable<AdkToolOptions["identifyUser"]>) {
    super({ name: tool.name, description: tool.description, isLongRunning: true });
    this.#tool = tool;
    this.#identifyUser = identifyUser;
  }

  override _getDeclaration(): ReturnType<BaseTool["_getDeclaration"]> {
    const { name, description, parameters } = this.#tool;
    return { name, description, parametersJsonSchema: parameters };
  }

  override async runAsync({ args, toolContext }: RunAsyncToolRequest): Promise<ToolResult> {
    const { userId, tenantId } = this.#identifyUser(toolContext);
    const { functionCallId: callId, abortSignal: signal } = toolContext;
    return this.#tool.execute(args, { userId, tenantId, callId, signal });
  }
}

function sessionUser({ userId }: Context): { readonly userId: string } {
  return { userId };
}
