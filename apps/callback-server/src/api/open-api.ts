import { type AgentApi, type AgentApiOptions, createAgentApi } from "@rak-oauth/auth-code-flow/api";
import type { Logger } from "pino";
import { describeError } from "../create-callback-server.js";
import { problemResponse } from "../problem-response.js";
import { revocationInLog } from "../revocation-in-log.js";

/** What {@link openApi} needs. */
export interface OpenApiOptions
  extends Omit<AgentApiOptions, "apiUrl" | "onStart" | "onDisconnect" | "onFailure"> {
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** What every address of the API begins with. */
const apiPath = "/api/v1";

/** The API for the clients that there are; without any, it is off. */
export async function openApi({
  publicUrl,
  logger,
  ...options
}: OpenApiOptions): Promise<AgentApi> {
  if (options.clients.length === 0) return answerOff(logger);
  return createAgentApi({
    ...options,
    apiUrl: new URL(apiPath, publicUrl).href,
    onStart: ({ tenantId, userId, provider }, client) =>
      logger.info({ client, tenantId, userId, provider }, "authorization started"),
    onDisconnect: (key, result, client) =>
      logger.info({ client, ...key, revocation: revocationInLog(result) }, "connection ended"),
    onFailure: (error) => logger.error({ error: describeError(error) }, "request failed"),
  });
}

/** Whether a request is for the API. */
export function isApiRequest(request: Request): boolean {
  const { pathname } = new URL(request.url);
  return pathname === apiPath || pathname.startsWith(`${apiPath}/`);
}

function answerOff(logger: Logger): AgentApi {
  logger.info(
    `The API is off, for it has no client. Set RAK_OAUTH_API_KEYS or RAK_OAUTH_API_CLIENTS_FILE to have ${apiPath}.`,
  );
  return {
    handler: async () =>
      problemResponse(404, "The API is off here: no client is configured.", {
        "cache-control": "no-store",
      }),
    close: () => {},
  };
}
