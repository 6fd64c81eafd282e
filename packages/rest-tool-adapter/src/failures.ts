import { STATUS_CODES } from "node:http";
import { isOAuth2Error, type OAuth2Error, type TokenFailureKind } from "@rak-oauth/core";
import { NetworkError } from "./network-error.js";
import type { HttpMethod } from "./parameter-locations.js";
import type { ResponseContent } from "./read-response.js";
import { CallFailedError, type ToolFailure } from "./tool-result.js";

/** What was called, in words that hold no credential. */
export interface CalledEndpoint {
  readonly toolName: string;
  readonly method: HttpMethod;
  /** The URL as in the tool's definition, with its placeholders. */
  readonly url: string;
  /** Whether the same request twice does no more than once. */
  readonly isIdempotent: boolean;
}

/** Methods that do no more when they are repeated (RFC 9110 §9.2.2). */
export const idempotentMethods: ReadonlySet<HttpMethod> = new Set(["GET", "HEAD", "PUT", "DELETE"]);
/** The API says that it has not carried the request out. */
const notCarriedOut = new Set([408, 425, 429, 503]);
const transient = new Set([500, 502, 504]);

/** The failure that an answer other than 2xx means. */
export function httpFailure(
  endpoint: CalledEndpoint,
  response: Pick<Response, "status" | "headers">,
  content: ResponseContent,
): ToolFailure {
  const { status, headers } = response;
  const retryable = notCarriedOut.has(status) || (transient.has(status) && endpoint.isIdempotent);
  const retryAfterSeconds = readRetryAfter(headers);
  const name = STATUS_CODES[status] === undefined ? "" : ` ${STATUS_CODES[status]}`;
  return {
    status: "error",
    error: "http_error",
    message: `${endpoint.method} ${endpoint.url} answered ${status}${name}. ${adviceFor(status, retryable)}`,
    retryable,
    httpStatus: status,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...content,
  };
}

/** The failure that an error on the way means; nothing when a person has to look at it. */
export function toFailure(endpoint: CalledEndpoint, error: unknown): ToolFailure | undefined {
  if (!(error instanceof NetworkError)) return failureOf(endpoint.toolName, error);
  return {
    status: "error",
    error: "network_error",
    message: `${endpoint.method} ${endpoint.url} failed: no complete answer came back${error.code === "" ? "" : ` (${error.code})`}. ${adviceWhenUnknown(endpoint)}`,
    retryable: endpoint.isIdempotent,
  };
}

/** The failure that one of our own errors means; nothing when a person has to look at it. */
export function failureOf(toolName: string, error: unknown): ToolFailure | undefined {
  if (error instanceof CallFailedError) return error.failure;
  if (!isOAuth2Error(error) || !isTransient(error)) return undefined;
  return {
    status: "error",
    error: "authorization_unavailable",
    message: `${toolName} could not be authorized, because the provider's token endpoint does not work at the moment. Nothing was sent to the API. Try again later.`,
    retryable: true,
  };
}

/** The failure of a call whose user was asked for authorization and did not give it. */
export function authorizationFailure(
  toolName: string,
  provider: string,
  outcome: "denied" | "expired" | "failed" | "pending",
): ToolFailure {
  const { error, happened, advice, retryable } = authorizationEnds[outcome];
  return {
    status: "error",
    error,
    message: `${toolName} was not called, because ${happened} (provider ${provider}). ${advice}`,
    retryable,
  };
}

const askAgain = "Call the tool again if it is still wanted: the user then gets a new link.";
const outOfTime = {
  error: "authorization_expired",
  happened: "the user did not authorize it in time",
  advice: askAgain,
  retryable: true,
} as const;
const authorizationEnds = {
  denied: {
    error: "authorization_denied",
    happened: "the user did not allow it",
    advice: "Go on without it, and do not ask again unless the user wants to.",
    retryable: false,
  },
  expired: outOfTime,
  pending: outOfTime,
  failed: {
    error: "authorization_failed",
    happened: "the authorization of the user went wrong",
    advice: askAgain,
    retryable: true,
  },
} as const;

/** The failure of a call that took longer than it may. */
export function timeoutFailure(endpoint: CalledEndpoint, timeoutMs: number): ToolFailure {
  return {
    status: "error",
    error: "timeout",
    message: `${endpoint.method} ${endpoint.url} gave no complete answer within ${timeoutMs} ms. ${adviceWhenUnknown(endpoint)}`,
    retryable: endpoint.isIdempotent,
  };
}

function adviceFor(status: number, retryable: boolean): string {
  if (status === 401) return "It does not accept the credential, and a person has to look at it.";
  if (status === 403)
    return "The credential does not allow this. Do not repeat the call unchanged.";
  if (status === 404) return "Check that the identifiers in the arguments exist.";
  if (retryable) return "Try again later.";
  return status >= 500
    ? "It may have been carried out; look before you repeat it."
    : "Change the arguments by what the API says in data.";
}

function adviceWhenUnknown({ isIdempotent }: CalledEndpoint): string {
  return isIdempotent
    ? "Try again later."
    : "It may have been carried out; look before you repeat it.";
}

/** By code, not by class: the error may come from another installed copy of core. */
function isTransient(error: OAuth2Error): boolean {
  const { kind } = error as { readonly kind?: TokenFailureKind };
  return (
    error.code === "token_request_deadline" ||
    (error.code === "token_request_failed" && kind === "transient")
  );
}

/**
 * How long an answer wants the API to be left alone, in seconds. Counts from the answer's own `Date`,
 * so that this machine's clock does not matter.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  // A date begins with the day's name; Date.parse alone would take "-1" for a year.
  const date = /^[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  const ms = date - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.ceil(ms / 1000));
}
