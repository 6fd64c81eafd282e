import { ConfigurationError, type CredentialOwner, MissingUserIdError } from "@rak-oauth/core";
import type { AgentTool } from "./agent-tool.js";
import {
  CallResumption,
  type CallResumptionOptions,
  type ResumedCall,
  type ResumeOptions,
} from "./call-resumption.js";
import type { ToolContext } from "./tool-context.js";
import type { PendingAuthorizationResult, ToolResult } from "./tool-result.js";
import { toolsByName } from "./tools-by-name.js";

/** Options of {@link createAgentAuth}. */
export interface AgentAuthOptions {
  readonly tools: readonly AgentTool[];
  /** Keeps pending calls and makes them when their user is done. @defaultValue calls are not kept */
  readonly resumption?: Omit<CallResumptionOptions, "tools"> | undefined;
}

/** What one call of a bound tool may be given. */
export type BoundCall = Omit<ToolContext, "userId" | "tenantId">;

/** A tool that acts for one user, whoever calls it. */
export interface BoundTool extends Pick<AgentTool, "name" | "description" | "parameters"> {
  /** As that of the tool, for its user. */
  execute(params: Readonly<Record<string, unknown>>, call?: BoundCall): Promise<ToolResult>;
  /** As that of the tool, where it has one. */
  authorize?(call?: BoundCall): Promise<PendingAuthorizationResult | undefined>;
}

/** An agent's tools as one of its users has them. */
export interface UserTools {
  /** The tools, bound to the user. */
  tools(): readonly BoundTool[];
  /**
   * Makes the user's calls that wait for an authorization, and no others.
   *
   * @throws what `CallResumption.resume` throws, and ConfigurationError without `resumption`.
   */
  resume(
    authRequestId: string,
    options?: Pick<ResumeOptions, "signal">,
  ): Promise<readonly ResumedCall[]>;
}

/** The tools of an agent, for any number of users. */
export interface AgentAuth {
  /**
   * The tools as one user has them; make them for each request of that user.
   *
   * @throws MissingUserIdError when no user is named.
   */
  forUser(
    user: string | { readonly userId: string; readonly tenantId?: string | undefined },
  ): UserTools;
  /** What keeps the calls, for a process that resumes those of everybody. */
  readonly resumption: CallResumption | undefined;
}

/**
 * Gives an agent's tools to its users, one by one: what is bound to a user cannot be called as another.
 *
 * @throws ConfigurationError when two tools have the same name.
 */
export function createAgentAuth(options: AgentAuthOptions): AgentAuth {
  const { resumption: keeping } = options;
  const given = [...toolsByName("createAgentAuth", options.tools).values()];
  const resumption = keeping && new CallResumption({ ...keeping, tools: given });
  const tools = resumption?.tools ?? given;
  return {
    resumption,
    forUser(user) {
      const owner = ownerOf(user);
      return {
        tools: () => tools.map((tool) => bind(tool, owner)),
        async resume(authRequestId, { signal } = {}) {
          if (resumption !== undefined) return resumption.resume(authRequestId, { owner, signal });
          throw new ConfigurationError(
            "createAgentAuth: resume was called, and resumption is missing. Give it store, credentials and authorization.",
          );
        },
      };
    },
  };
}

function bind(tool: AgentTool, owner: CredentialOwner): BoundTool {
  const { name, description, parameters } = tool;
  return {
    name,
    description,
    parameters,
    // The user comes last, so that nothing of a call can change it.
    execute: (params, call = {}) => tool.execute(params, { ...call, ...owner }),
    ...(tool.authorize && {
      authorize: async (call = {}) => tool.authorize?.({ ...call, ...owner }),
    }),
  };
}

function ownerOf(user: Parameters<AgentAuth["forUser"]>[0]): CredentialOwner {
  const { userId, tenantId } = typeof user === "object" && user !== null ? user : { userId: user };
  if (typeof userId === "string" && userId !== "") return { userId, tenantId };
  throw new MissingUserIdError(
    "forUser was called without a user, and tools act as one. Pass forUser(userId) or forUser({ userId, tenantId }).",
  );
}
