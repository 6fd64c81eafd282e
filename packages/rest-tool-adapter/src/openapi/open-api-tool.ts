import type { AgentTool } from "../agent-tool.js";
import type { ParametersSchema } from "../argument-validator.js";
import { RestApiTool } from "../rest-api-tool.js";
import type { ToolContext } from "../tool-context.js";
import type { PendingAuthorizationResult, ToolResult } from "../tool-result.js";
import type { OperationBlueprint } from "./operation-blueprint.js";
import type { Operation } from "./read-operations.js";
import { type ShapedArguments, shapeArguments } from "./shape-arguments.js";
import { type SharedToolOptions, toRestApiToolOptions } from "./to-rest-api-tool-options.js";

/** Which operation of the document a tool calls. */
export interface OpenApiOperation
  extends Pick<Operation, "method" | "path" | "operationId" | "tags" | "isDeprecated"> {
  /** OAuth 2.0 scopes of the requirement that is used. */
  readonly scopes: readonly string[];
}

/** What an {@link OpenApiTool} is made of. */
export interface OpenApiToolOptions {
  readonly blueprint: OperationBlueprint;
  readonly operation: OpenApiOperation;
  /** What schemas refer to, by `$ref`. */
  readonly references: ReadonlyMap<string, unknown>;
  readonly shared: SharedToolOptions;
}

/** One operation of an OpenAPI document as a tool. Its schema is made when it is first wanted. */
export class OpenApiTool implements AgentTool {
  readonly name: string;
  readonly description: string;
  readonly operation: OpenApiOperation;
  readonly #options: OpenApiToolOptions;
  #shaped: ShapedArguments | undefined;
  #tool: RestApiTool | undefined;

  constructor(options: OpenApiToolOptions) {
    this.name = options.blueprint.name;
    this.description = options.blueprint.description;
    this.operation = options.operation;
    this.#options = options;
  }

  /** JSON Schema 2020-12 of the arguments. */
  get parameters(): ParametersSchema {
    return this.#arguments.parameters;
  }

  /**
   * Calls the API with a model's arguments, as a `RestApiTool` does.
   *
   * @throws MissingUserIdError when the tool acts as a user and the context names none.
   * @throws TokenRequestError when the provider refuses the client's own registration.
   * @throws the reason of `context.signal` when the caller gave up.
   */
  async execute(
    params: Readonly<Record<string, unknown>>,
    context: ToolContext = {},
  ): Promise<ToolResult> {
    return this.#restApiTool.execute(params, context);
  }

  /** Asks the user for what a call would ask for first, as a `RestApiTool` does. */
  authorize(context: ToolContext = {}): Promise<PendingAuthorizationResult | undefined> {
    return this.#restApiTool.authorize(context);
  }

  get #restApiTool(): RestApiTool {
    const { blueprint, shared } = this.#options;
    this.#tool ??= new RestApiTool(toRestApiToolOptions(blueprint, this.#arguments, shared));
    return this.#tool;
  }

  get #arguments(): ShapedArguments {
    const { blueprint, references } = this.#options;
    this.#shaped ??= shapeArguments(blueprint, references);
    return this.#shaped;
  }
}
