import {
  memberAt,
  type OAuth2Config,
  readBytes,
  type TokenFailureKind,
  TokenRequestError,
} from "@rak-oauth/core";
import { type EndpointAnswer, maximumAnswerBytes, ReceivedAnswer } from "./endpoint-transport.js";
import { classifyFailure, readRetryAfter } from "./token-failure.js";

/** Members of a JSON object or of a form. */
export type AnswerBody = Readonly<Record<string, unknown>>;

/** What {@link readAnswer} must know beside the answer. */
export interface AnswerOptions {
  readonly config: OAuth2Config;
  /** What people call the endpoint. @defaultValue "token endpoint" */
  readonly endpoint?: string | undefined;
  /** The field of the configuration that has its address. @defaultValue "tokenUrl" */
  readonly field?: string | undefined;
  /** Ends the reading of a body that does not come. */
  readonly signal?: AbortSignal | undefined;
  readonly now: number;
}

/**
 * The members of an endpoint's good answer.
 *
 * @throws TokenRequestError, without anything of the body but its OAuth error code, for every other.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export async function readAnswer(
  response: EndpointAnswer,
  options: AnswerOptions,
): Promise<AnswerBody> {
  const { config, endpoint = "token endpoint", field = "tokenUrl" } = options;
  const { status } = response;
  if (status >= 300 && status < 400) {
    discardBody(response);
    throw new TokenRequestError(
      `The ${endpoint} of ${config.provider} answered with a redirect (HTTP ${status}), which is never followed. Set ${field} to the final address.`,
      { provider: config.provider, kind: "configuration", status },
    );
  }
  const body = await readBody(response, options);
  const error = errorOf(body, config);
  if (status < 200 || status >= 300 || error !== undefined || body?.["ok"] === false) {
    const kind = classifyFailure(config, { status, error });
    throw new TokenRequestError(describeFailure(options, status, error, kind), {
      provider: config.provider,
      kind,
      error,
      status,
      retryAfterMs: readRetryAfter(response.headers, options.now),
    });
  }
  if (body === undefined) throw malformed(options, status, "its body is neither JSON nor a form");
  return body;
}

/** The error for an answer that says it is good and is not. */
export function malformed(
  options: AnswerOptions,
  status: number,
  problem: string,
  kind: TokenFailureKind = "transient",
): TokenRequestError {
  const { config, endpoint = "token endpoint" } = options;
  return new TokenRequestError(
    `The ${endpoint} of ${config.provider} gave an answer (HTTP ${status}) that cannot be used: ${problem}.`,
    { provider: config.provider, kind, status },
  );
}

/** Frees the connection of an answer nobody reads. */
export function discardBody(response: EndpointAnswer): void {
  // Not awaited: where a `fetch` keeps a copy of the body for itself, it never ends.
  response.body?.cancel().catch(() => undefined);
}

/** A text that is there; anything else is as if it were not. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The members of a body of at most 1 MB; nothing when it is neither a JSON object nor a form.
 *
 * @throws TokenRequestError when it is larger.
 */
export async function readBody(
  response: EndpointAnswer,
  options: AnswerOptions,
): Promise<AnswerBody | undefined> {
  const text = await readText(response, options);
  const contentType = response.headers.get("content-type")?.toLowerCase();
  if (contentType?.includes("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // A parser's message quotes the body, which may hold tokens: it goes no further.
    return undefined;
  }
}

/**
 * OAuth's error codes are short printable words; anything else is not repeated. Some providers give
 * an object with a code of their own instead, or have it elsewhere.
 */
export function errorOf(
  body: AnswerBody | undefined,
  { quirks }: OAuth2Config,
): string | undefined {
  const given = memberAt(body, quirks.errorMember ?? "error");
  const code = isObject(given) ? given["code"] : given;
  const error = typeof code === "number" ? String(code) : textOf(code);
  if (error === undefined) return undefined;
  return /^[\w.-]{1,64}$/.test(error) ? error : "unknown_error";
}

/** Whether a part of a body has members. */
export function isObject(value: unknown): value is AnswerBody {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readText(response: EndpointAnswer, options: AnswerOptions): Promise<string> {
  const maximumBytes = maximumAnswerBytes;
  const tooLarge = () =>
    malformed(options, response.status, `its body is larger than ${maximumBytes} bytes`);
  const isThere = response instanceof ReceivedAnswer;
  const bytes = isThere
    ? response.bytes
    : await readBytes(response, { maximumBytes, signal: options.signal, tooLarge });
  if (bytes.length > maximumBytes) throw tooLarge();
  // Without the byte order mark that some servers put in front.
  return new TextDecoder().decode(bytes);
}

function describeFailure(
  options: AnswerOptions,
  status: number,
  error: string | undefined,
  kind: TokenFailureKind,
): string {
  const { config, endpoint = "token endpoint" } = options;
  const what = `The ${endpoint} of ${config.provider} refused (HTTP ${status}${error === undefined ? "" : `, ${error}`}).`;
  if (kind === "terminal")
    return `${what} The grant is no longer valid; the user has to authorize again.`;
  if (kind === "transient") return `${what} Nothing is lost; try again later.`;
  return error === "invalid_client" || error === "unauthorized_client"
    ? `${what} Check clientId, clientAuthentication ("${config.clientAuthentication}") and what it proves the client with against the provider's console.`
    : `${what} Check the client registration and the scopes against the provider's documentation.`;
}
