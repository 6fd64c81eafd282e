import { inspect } from "node:util";
import { ConfigurationError, OAuth2Error } from "@rak-oauth/core";
import type { AgentTool } from "./agent-tool.js";
import { ArgumentValidator, type ParametersSchema } from "./argument-validator.js";
import { type AuthorizedAccess, CallAccess } from "./authorized-access.js";
import { failureOf } from "./failures.js";
import { type OAuth2AuthOptions, oauth2 } from "./oauth2.js";
import { Redactor } from "./redactor.js";
import {
  isStandardSchema,
  StandardArguments,
  type StandardParametersSchema,
} from "./standard-arguments.js";
import { isPending, type ToolAuth } from "./tool-auth.js";
import type { ToolContext } from "./tool-context.js";
import type { PendingAuthorizationResult, ToolResult } from "./tool-result.js";

/** What a function of the application's own is called with, beside the model's arguments. */
export interface AuthorizedContext extends Pick<ToolContext, "userId" | "tenantId" | "callId"> {
  /** Ends when the caller gives up. */
  readonly signal: AbortSignal;
  /**
   * What the function may do at a provider.
   *
   * @throws ConfigurationError for one that the function was not given by `withAuthorization`.
   */
  access(provider: string): AuthorizedAccess;
}

/** A function of the application's own, described for a model. */
export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  /**
   * JSON Schema of the arguments, or a Standard Schema such as zod's; they are checked before the call.
   *
   * @defaultValue no arguments
   */
  readonly parameters?: ParametersSchema | StandardParametersSchema | undefined;
  /** Does the work. What it gives has to be JSON; it may be run again from its beginning. */
  execute(params: Readonly<Record<string, unknown>>, context: AuthorizedContext): Promise<unknown>;
}

interface Requirement {
  readonly provider: string;
  readonly auth: ToolAuth;
}

/**
 * Makes a tool of a function of the application's own, which gets a fresh token of the user it is
 * called for, or is not called and the user is asked. Nested, it asks for one provider after the other,
 * the outermost first.
 *
 * @throws ConfigurationError when options or description cannot work, or a provider is asked for twice.
 */
export function withAuthorization(
  options: OAuth2AuthOptions,
): (tool: FunctionTool) => AuthorizedTool {
  const { provider } = options.tokens.config;
  const requirement: Requirement = { provider, auth: oauth2(options) };
  return (tool) =>
    tool instanceof AuthorizedTool
      ? tool.requiring(requirement)
      : new AuthorizedTool(tool, [requirement]);
}

/** A function that is called once its user has authorized all it needs; made by `withAuthorization`. */
export class AuthorizedTool implements AgentTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: ParametersSchema;
  readonly #tool: FunctionTool;
  readonly #arguments: ArgumentValidator | StandardArguments;
  readonly #requirements: readonly Requirement[];

  /** @internal */
  constructor(tool: FunctionTool, requirements: readonly Requirement[]) {
    const { name, description, parameters = { type: "object", properties: {} } } = tool;
    const where = `withAuthorization ${JSON.stringify(name)}`;
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw new ConfigurationError(
        `${where}: name must be 1 to 64 letters, digits, "_" or "-", as models take it.`,
      );
    }
    this.name = name;
    this.description = description;
    this.#tool = tool;
    this.#arguments = isStandardSchema(parameters)
      ? new StandardArguments(parameters, where)
      : new ArgumentValidator(parameters, where);
    this.parameters = this.#arguments.schema;
    this.#requirements = requirements;
  }

  /** @internal */
  requiring(requirement: Requirement): AuthorizedTool {
    const { provider } = requirement;
    if (this.#requirements.some((other) => other.provider === provider)) {
      throw new ConfigurationError(
        `withAuthorization ${JSON.stringify(this.name)}: ${provider} is asked for twice. Give all its scopes at once.`,
      );
    }
    return new AuthorizedTool(this.#tool, [requirement, ...this.#requirements]);
  }

  /**
   * Calls the function with a model's arguments.
   *
   * @throws MissingUserIdError when the function acts as a user and the context names none.
   * @throws whatever the function throws, but nothing that shows a credential.
   */
  async execute(
    params: Readonly<Record<string, unknown>>,
    context: ToolContext = {},
  ): Promise<ToolResult> {
    const access = new Map<string, CallAccess>();
    try {
      const checked = await this.#arguments.check(params);
      const pending = await this.#authorize(context, access);
      if (pending !== undefined) return pending;
      const data = await this.#tool.execute(checked, this.#contextOf(context, access));
      return { status: "ok", data: this.#shown(data, access) };
    } catch (error) {
      context.signal?.throwIfAborted();
      // By what was asked, not by what was thrown: SDKs put errors of their fetch into their own.
      const asked = [...access.values()].find(({ pending }) => pending !== undefined);
      if (asked?.pending !== undefined) return asked.pending;
      const failure = failureOf(this.name, error);
      if (failure === undefined) throw this.#withoutSecrets(error, access);
      return failure;
    }
  }

  /**
   * Asks the user for what `execute` would ask for first, and calls nothing; nothing when a call can
   * go ahead. Where this cannot be told at the moment, `execute` will say so.
   *
   * @throws what `execute` throws.
   */
  async authorize(context: ToolContext = {}): Promise<PendingAuthorizationResult | undefined> {
    try {
      return await this.#authorize(context, new Map());
    } catch (error) {
      context.signal?.throwIfAborted();
      if (failureOf(this.name, error) !== undefined) return undefined;
      throw error;
    }
  }

  async #authorize(
    context: ToolContext,
    access: Map<string, CallAccess>,
  ): Promise<PendingAuthorizationResult | undefined> {
    const call = { toolName: this.name, context, signal: signalOf(context) };
    for (const { provider, auth } of this.#requirements) {
      const answer = await auth.authorize(call);
      if (isPending(answer)) return answer;
      access.set(provider, new CallAccess(auth, call, answer));
    }
    return undefined;
  }

  #contextOf(context: ToolContext, access: ReadonlyMap<string, CallAccess>): AuthorizedContext {
    const { userId, tenantId, callId } = context;
    return {
      userId,
      tenantId,
      callId,
      signal: signalOf(context),
      access: (provider) => {
        const found = access.get(provider);
        if (found !== undefined) return found;
        throw new ConfigurationError(
          `${this.name}: access(${JSON.stringify(provider)}) was called, and the tool was given ${[...access.keys()].join(", ")}. Wrap it in withAuthorization for that provider too.`,
        );
      },
    };
  }

  /** As JSON, which is what a model gets, and without the call's credentials. */
  #shown(data: unknown, access: ReadonlyMap<string, CallAccess>): unknown {
    const json = this.#jsonOf(data);
    const redactor = redactorOf(access);
    const value: unknown = JSON.parse(json);
    return redactor.isFree(json) ? value : redactor.redactValue(value);
  }

  #jsonOf(data: unknown): string {
    try {
      return JSON.stringify(data) ?? "null";
    } catch {
      throw new OAuth2Error(
        "tool_request_failed",
        `${this.name} gave a value that is not JSON. Give plain objects, lists, texts and numbers.`,
      );
    }
  }

  #withoutSecrets(error: unknown, access: ReadonlyMap<string, CallAccess>): unknown {
    const shown = inspect(error, { depth: 10, showHidden: true });
    if (redactorOf(access).redact(shown) === shown) return error;
    return new OAuth2Error(
      "tool_request_failed",
      `${this.name} threw an error that holds the credential of the call, and so is not shown. Keep tokens out of errors.`,
    );
  }
}

function redactorOf(access: ReadonlyMap<string, CallAccess>): Redactor {
  return new Redactor([...access.values()].flatMap(({ secrets }) => secrets));
}

function signalOf({ signal }: ToolContext): AbortSignal {
  return signal ?? new AbortController().signal;
}
