import type { ParametersSchema } from "./argument-validator.js";
import type { ToolContext } from "./tool-context.js";
import type { PendingAuthorizationResult, ToolResult } from "./tool-result.js";

/** A tool that a model may call, for the user its context names. A `RestApiTool` is one. */
export interface AgentTool {
  /** 1 to 64 letters, digits, `_` or `-`: what every model accepts. */
  readonly name: string;
  /** Tells the model what the tool does and when to use it. */
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: ParametersSchema;
  /**
   * Does one call. What the model or the user can act on is a result; what a person has to mend is
   * thrown.
   *
   * @throws the reason of `context.signal` when the caller gave up.
   */
  execute(params: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolResult>;
  /**
   * Asks the user for what a call would ask for first, without the call; nothing when the call can
   * go ahead. Frameworks that hold a call back until a person has acted ask this before.
   */
  authorize?(context: ToolContext): Promise<PendingAuthorizationResult | undefined>;
}
