import { apiPath } from "./api-context.js";
import type { Api, ApiOptions } from "./create-api.js";
import { problemResponse } from "./problem.js";

/** The API for the clients that there are; without any, it is off. */
export async function openApi(options: ApiOptions): Promise<Api> {
  if (options.clients.length === 0) return answerOff(options.logger);
  // Loaded on demand: its schemas take memory and time that others need not pay for.
  const { createApi } = await import("./create-api.js");
  return createApi(options);
}

/** Whether a request is for the API. */
export function isApiRequest(request: Request): boolean {
  const { pathname } = new URL(request.url);
  return pathname === apiPath || pathname.startsWith(`${apiPath}/`);
}

function answerOff(logger: ApiOptions["logger"]): Api {
  logger?.info(
    `The API is off, for it has no client. Set RAK_OAUTH_API_KEYS or RAK_OAUTH_API_CLIENTS_FILE to have ${apiPath}.`,
  );
  return {
    fetch: () =>
      problemResponse(404, "The API is off here: no client is configured.", {
        "cache-control": "no-store",
      }),
    close: () => {},
  };
}
