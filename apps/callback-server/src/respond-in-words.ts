import {
  createMessageChoice,
  createPageResponse,
  type PageMessages,
  renderDefaultPage,
  type ServerRefusal,
} from "@rak-oauth/auth-code-flow";
import { problemResponse } from "./problem-response.js";
import { findRoute } from "./routes.js";

/** Answers of the server itself, which no flow is part of. */
export type RespondInWords = (
  request: Request,
  refusal: ServerRefusal | "server_error",
  headers?: Readonly<Record<string, string>> | undefined,
) => Response;

const details: Readonly<Record<ServerRefusal | "server_error", string>> = {
  too_large: "The body is too long.",
  too_long: "The address is too long.",
  too_many:
    "Too many requests came from this network within a minute. Retry-After tells when to go on.",
  starting: "The server is starting. Try again in a few seconds.",
  server_error: "Something went wrong here. Try again in a minute.",
};

/**
 * Gives what answers with a page as the flow's are where a browser asks, and else, and for the API, with
 * a problem for programs.
 */
export function createWords(messages: readonly PageMessages[] | undefined): RespondInWords {
  const chooseMessages = createMessageChoice(messages);
  return (request, failure, headers = {}) => {
    const page = { kind: "failed", failure } as const;
    const response = createPageResponse(page, renderDefaultPage(page, chooseMessages(request)));
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    const isForPeople =
      findRoute(new URL(request.url).pathname).group !== "api" &&
      request.headers.get("accept")?.includes("text/html");
    if (isForPeople) return response;
    return problemResponse(response.status, details[failure], headers);
  };
}
