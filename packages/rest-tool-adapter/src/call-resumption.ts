import type { AuthorizationCodeFlow, AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import {
  ConfigurationError,
  type CredentialOwner,
  type CredentialService,
  credentialOwnerId,
  isOAuth2Error,
  type SuspendedCallStatus,
  type SuspendedCallStore,
} from "@rak-oauth/core";
import type { AgentTool } from "./agent-tool.js";
import { callAgain } from "./ask-user.js";
import { authorizationFailure } from "./failures.js";
import { type SuspendedCall, SuspendedCalls } from "./suspended-calls.js";
import type { ToolContext } from "./tool-context.js";
import type { ToolResult } from "./tool-result.js";
import { toolsByName } from "./tools-by-name.js";

/** Tells how an authorization ended: any flow on the same store of pending authorizations can. */
export type AuthorizationWaiter = Pick<AuthorizationCodeFlow, "waitForAuthorization">;

/** Options of {@link CallResumption}. */
export interface CallResumptionOptions {
  /** Where pending calls are kept; shared by all processes that may resume them. */
  readonly store: SuspendedCallStore;
  /** Its keys seal the calls; its store is not used. */
  readonly credentials: Pick<CredentialService, "sealer">;
  readonly authorization: AuthorizationWaiter;
  /** The tools whose calls are kept and resumed; the same ones in every process. */
  readonly tools: readonly AgentTool[];
  /** How long a call is kept, in milliseconds. @defaultValue 3600000 */
  readonly ttlMs?: number | undefined;
}

/** Options of {@link CallResumption.resume}. */
export interface ResumeOptions {
  /** Calls of this owner only; others are left as they are. @defaultValue calls of anybody */
  readonly owner?: CredentialOwner | undefined;
  /** Ends the wait and the call that is being made; the others stay suspended. */
  readonly signal?: AbortSignal | undefined;
}

/** Which call of the model. */
export interface NamedCall {
  /** The framework's own id of the call, where it gave one. */
  readonly callId: string | undefined;
  readonly toolName: string;
}

/**
 * A call that was resumed: what it came to, or what was thrown, for a person to mend. It is never made
 * again, unless the store failed when it was to be taken: then `list` tells whether it is still suspended.
 */
export type ResumedCall = NamedCall & CallEnd;

type CallEnd =
  | { readonly result: ToolResult; readonly error?: undefined }
  | { readonly error: unknown; readonly result?: undefined };

/** A call that is kept. */
export interface KeptCall extends NamedCall {
  /** `taken`: somebody makes it, or ended before telling what it came to; it is never made again. */
  readonly status: SuspendedCallStatus;
}

const defaultTtlMs = 3_600_000;

/**
 * Keeps the calls that end pending, sealed, and makes each of them once when its user is done: in this
 * process or any other that has the same stores, keys and tools.
 *
 * A call is taken before it is made, so it is made at most once. A process that ends in between leaves
 * it `taken`, which {@link CallResumption.list} shows until the call expires.
 */
export class CallResumption {
  /** The tools given, but with calls that are kept when they end pending. */
  readonly tools: readonly AgentTool[];
  readonly #byName: ReadonlyMap<string, AgentTool>;
  readonly #authorization: AuthorizationWaiter;
  readonly #calls: SuspendedCalls;

  /** @throws ConfigurationError when two tools have the same name, or `ttlMs` cannot work. */
  constructor(options: CallResumptionOptions) {
    const { store, credentials, authorization, ttlMs = defaultTtlMs } = options;
    if (!Number.isSafeInteger(ttlMs) || ttlMs <= 0) {
      throw new ConfigurationError(
        `CallResumption: ttlMs is ${ttlMs} and must be a positive number of milliseconds, such as ${defaultTtlMs}.`,
      );
    }
    this.#byName = toolsByName("CallResumption", options.tools);
    this.#authorization = authorization;
    this.#calls = new SuspendedCalls({ store, sealer: credentials.sealer, ttlMs });
    this.tools = options.tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters,
      execute: (params, context) => this.#execute(tool, params, context),
      ...(tool.authorize && { authorize: async (context) => tool.authorize?.(context) }),
    }));
  }

  /**
   * Waits until the user is done, then makes each call that waited for it, one after the other, oldest
   * first. Where the user said no or came too late, nothing is made, and the results say so. Calls that
   * somebody else took are left out; one that ends pending again is kept again.
   *
   * @throws AuthorizationError `invalid_request` when there is neither an authorization of this id nor
   * a call that waits for one.
   * @throws ConfigurationError when a call is of a tool that is not among `tools`; nothing is taken.
   * @throws the signal's reason when it aborts; calls that were taken by then stay `taken`.
   */
  async resume(
    authRequestId: string,
    options: ResumeOptions = {},
  ): Promise<readonly ResumedCall[]> {
    const { owner, signal } = options;
    const outcome = await this.#outcomeOf(authRequestId, signal);
    const found = await this.#find(authRequestId, owner);
    const calls = found.filter(({ status }) => status === "suspended");
    for (const { toolName } of calls) this.#toolOf(toolName);
    const made: SuspendedCall[] = [];
    const resumed: ResumedCall[] = [];
    for (const call of calls) {
      signal?.throwIfAborted();
      const { callId, toolName } = call;
      try {
        if (!(await this.#calls.take(call))) continue;
      } catch (error) {
        resumed.push({ callId, toolName, error });
        continue;
      }
      const end = await this.#make(call, outcome, signal);
      made.push(call);
      resumed.push({ callId, toolName, ...end });
    }
    // Not before all are told of: what ends on the way stays visible as taken.
    await Promise.all(made.map((call) => this.#calls.forget(call)));
    return resumed;
  }

  /** The calls that wait for an authorization, and those that somebody took and told nobody of. */
  async list(
    authRequestId: string,
    options: Pick<ResumeOptions, "owner"> = {},
  ): Promise<readonly KeptCall[]> {
    const calls = await this.#find(authRequestId, options.owner);
    return calls.map(({ callId, toolName, status }) => ({ callId, toolName, status }));
  }

  async #execute(
    tool: AgentTool,
    params: Readonly<Record<string, unknown>>,
    context: ToolContext,
  ): Promise<ToolResult> {
    const result = await tool.execute(params, context);
    if (!result.pending || context.isRepeatedByCaller === true) return result;
    await this.#calls.keep(result, { toolName: tool.name, params, context });
    return { ...result, message: result.message.replace(callAgain, callFollows) };
  }

  async #make(
    { toolName, key, callId, params }: SuspendedCall,
    outcome: AuthorizationOutcome,
    signal: AbortSignal | undefined,
  ): Promise<CallEnd> {
    if (outcome.status !== "completed") {
      return { result: authorizationFailure(toolName, key.provider, outcome.status) };
    }
    const { userId, tenantId } = key;
    const context = { userId, tenantId, callId, signal };
    try {
      return { result: await this.#execute(this.#toolOf(toolName), params, context) };
    } catch (error) {
      signal?.throwIfAborted();
      return { error };
    }
  }

  #toolOf(name: string): AgentTool {
    const tool = this.#byName.get(name);
    if (tool !== undefined) return tool;
    throw new ConfigurationError(
      `CallResumption: a suspended call is of the tool ${JSON.stringify(name)}, which is not among tools. Give every process that resumes all tools of those that suspend.`,
    );
  }

  async #find(
    authRequestId: string,
    owner: CredentialOwner | undefined,
  ): Promise<readonly SuspendedCall[]> {
    const calls = await this.#calls.list(authRequestId);
    if (owner === undefined) return calls;
    const ownerId = credentialOwnerId(owner);
    return calls.filter(({ key }) => credentialOwnerId(key) === ownerId);
  }

  async #outcomeOf(
    authRequestId: string,
    signal: AbortSignal | undefined,
  ): Promise<AuthorizationOutcome> {
    try {
      return await this.#authorization.waitForAuthorization(authRequestId, { signal });
    } catch (error) {
      // Outcomes are forgotten before calls are: nobody can say any more whether the user agreed.
      const isForgotten =
        isUnknownAuthorization(error) && (await this.#calls.list(authRequestId)).length > 0;
      if (!isForgotten) throw error;
      return { status: "expired", failure: "expired" };
    }
  }
}

const callFollows =
  "wait: the call is made once they are done, and its result follows. Do not call the tool again.";

function isUnknownAuthorization(error: unknown): boolean {
  return isOAuth2Error(error) && "failure" in error && error.failure === "invalid_request";
}
