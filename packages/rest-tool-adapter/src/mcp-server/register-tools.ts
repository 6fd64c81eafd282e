import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type CallToolResult,
  type ServerNotification,
  type ServerRequest,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/sdk/types.js";
import { credentialOwnerId } from "@rak-oauth/core";
import { looseObject, type ZodObject } from "zod/v4";
import type { AgentTool } from "../agent-tool.js";
import type { ParametersSchema } from "../argument-validator.js";
import { messageForUser } from "../ask-user.js";
import type { AuthorizationWaiter } from "../call-resumption.js";
import { authorizationFailure } from "../failures.js";
import type { ToolContext } from "../tool-context.js";
import type { ToolResult } from "../tool-result.js";
import { CompletionAnnouncer } from "./completion-announcer.js";

/** One request of an MCP client; `authInfo` is what the server's bearer verification found. */
export type McpRequest = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Options of {@link registerTools}. */
export interface RegisterToolsOptions {
  readonly server: McpServer;
  readonly tools: readonly AgentTool[];
  /**
   * Whose request it is, by `authInfo`, such as `({ authInfo }) => ({ userId: authInfo?.extra?.sub })`.
   * The client's bearer token itself goes no further.
   */
  readonly identifyUser: (request: McpRequest) => Pick<ToolContext, "userId" | "tenantId">;
  /**
   * The flow that the tools start: a client that was given a link is then told when its user is done
   * (`notifications/elicitation/complete`), and, where they said no or came too late, gets that as the
   * result when it calls again.
   *
   * @defaultValue clients find out by calling again
   */
  readonly authorization?: AuthorizationWaiter | undefined;
}

/**
 * Registers tools on an MCP server; each call acts for the user of its request. Where the user has to
 * authorize first, a client that can open links for its user (`elicitation.url`) gets the error -32042
 * with the link, and calls again; another gets the pending result.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#url-elicitation-required-error
 * @throws Error when the server has a tool of that name already.
 */
export function registerTools(options: RegisterToolsOptions): void {
  const { server, tools, identifyUser, authorization } = options;
  const announcer = authorization && new CompletionAnnouncer(server, authorization);
  for (const tool of tools) {
    server.registerTool(
      tool.name,
      { description: tool.description, inputSchema: openSchema(tool.parameters) },
      async (params, request) => {
        const { userId, tenantId } = identifyUser(request);
        // A client that opens links calls again by itself: so the protocol wants it.
        const opensLinks = server.server.getClientCapabilities()?.elicitation?.url !== undefined;
        const result = await tool.execute(params, {
          userId,
          tenantId,
          callId: String(request.requestId),
          isRepeatedByCaller: opensLinks,
          signal: request.signal,
        });
        if (!opensLinks) return toCallResult(result);
        const asker = `${credentialOwnerId({ userId, tenantId })} ${tool.name}`;
        if (!result.pending) {
          announcer?.forgetRefusalFor(asker);
          return toCallResult(result);
        }
        const { auth_url: url, auth_request_id: elicitationId, provider } = result;
        const refusal = announcer?.refusalFor(asker);
        if (refusal !== undefined) {
          return toCallResult(authorizationFailure(tool.name, provider, refusal));
        }
        announcer?.announceEndOf(elicitationId, asker);
        const message = messageForUser(result);
        throw new UrlElicitationRequiredError([{ mode: "url", message, url, elicitationId }]);
      },
    );
  }
}

function toCallResult(result: ToolResult): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(result) }],
    structuredContent: { ...result },
    isError: result.status === "error",
  };
}

/** Lets every argument through, for the tool checks them, and shows the client the tool's schema. */
function openSchema(parameters: ParametersSchema): ZodObject {
  return looseObject({}).meta({ additionalProperties: false, ...parameters });
}
