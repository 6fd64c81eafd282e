import { type OAuth2Config, type TokenFailureKind, TokenRequestError } from "@rak-oauth/core";
import { classifyFailure, parseRetryAfter } from "./token-failure.js";

const maximumBodyBytes = 1024 * 1024;
const longestLifetimeSeconds = 10 * 365 * 24 * 60 * 60;

/** A token endpoint's answer after {@link normaliseTokenResponse}: the fields of RFC 6749 §5.1. */
export interface NormalTokenResponse {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in?: number | undefined;
  readonly refresh_token?: string | undefined;
  /** Scopes separated by single spaces. */
  readonly scope?: string | undefined;
  readonly id_token?: string | undefined;
}

/** What {@link normaliseTokenResponse} must know beside the answer. */
export interface NormaliseOptions {
  readonly config: OAuth2Config;
  /** Type of a token whose answer names none, where there is one. */
  readonly tokenType?: string | undefined;
  /** Whether an ID token is wanted; elsewhere it is dropped, for nothing it says may cost a token. */
  readonly keepIdToken: boolean;
  /** Ends the reading of a body that does not come. */
  readonly signal?: AbortSignal | undefined;
  readonly now: number;
}

/**
 * Reads whatever a token endpoint answered and gives it in the one form of RFC 6749 §5.1.
 *
 * @throws TokenRequestError, without anything of the body but its OAuth error code, for everything
 * that is not a token.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export async function normaliseTokenResponse(
  response: Response,
  options: NormaliseOptions,
): Promise<NormalTokenResponse> {
  const { config } = options;
  const { status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new TokenRequestError(
      `The token endpoint of ${config.provider} answered with a redirect (HTTP ${status}), which is never followed. Set tokenUrl to the final address.`,
      { provider: config.provider, kind: "configuration", status },
    );
  }
  const body = await readBody(response, options);
  const error = errorOf(body);
  if (status < 200 || status >= 300 || error !== undefined || body?.["ok"] === false) {
    const kind = classifyFailure(config, { status, error });
    throw new TokenRequestError(describeFailure(config, status, error, kind), {
      provider: config.provider,
      kind,
      error,
      status,
      retryAfterMs: parseRetryAfter(response.headers.get("retry-after"), options.now),
    });
  }
  if (body === undefined) throw malformed(config, status, "its body is neither JSON nor a form");
  const accessToken = textOf(body["access_token"]);
  if (accessToken === undefined) throw malformed(config, status, "access_token is missing");
  return {
    access_token: accessToken,
    token_type: readTokenType(body["token_type"], status, options),
    expires_in: parseExpiresIn(body["expires_in"]) ?? config.quirks.defaultExpiresInSeconds,
    refresh_token: textOf(body["refresh_token"]),
    scope: parseScope(body["scope"])?.join(" ") || undefined,
    id_token: options.keepIdToken ? textOf(body["id_token"]) : undefined,
  };
}

/**
 * A lifetime in seconds: a positive number, or text that is one; longer ones are cut to ten years.
 * Anything else is unknown, never `NaN`.
 */
export function parseExpiresIn(value: unknown): number | undefined {
  const seconds =
    typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds <= 0) return undefined;
  return Math.min(seconds, longestLifetimeSeconds);
}

function readTokenType(value: unknown, status: number, options: NormaliseOptions): string {
  const given = textOf(value) ?? options.tokenType ?? options.config.quirks.defaultTokenType;
  if (given === undefined) {
    throw malformed(
      options.config,
      status,
      "token_type is missing; if the provider is known to leave it out, set quirks.defaultTokenType",
      "configuration",
    );
  }
  if (given.toLowerCase() !== "bearer") {
    throw malformed(options.config, status, "its token_type is not Bearer", "configuration");
  }
  return "Bearer";
}

/** Scopes come as text with spaces (RFC 6749 §3.3), with commas, or as a list. */
function parseScope(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.filter((scope) => typeof scope === "string");
  return textOf(value)
    ?.split(/[\s,]+/)
    .filter((scope) => scope !== "");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** OAuth's error codes are short printable words; anything else is not repeated. */
function errorOf(body: Record<string, unknown> | undefined): string | undefined {
  const error = textOf(body?.["error"]);
  if (error === undefined) return undefined;
  return /^[\w.-]{1,64}$/.test(error) ? error : "unknown_error";
}

async function readBody(
  response: Response,
  options: NormaliseOptions,
): Promise<Record<string, unknown> | undefined> {
  const text = await readText(response, options);
  if (response.headers.get("content-type")?.includes("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    // A parser's message quotes the body, which may hold tokens: it goes no further.
    return undefined;
  }
}

async function readText(response: Response, options: NormaliseOptions): Promise<string> {
  const { config, signal } = options;
  // Piped, because not every `fetch` ends a body when its signal aborts.
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), {
    ...(signal && { signal }),
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maximumBodyBytes) {
      throw malformed(config, response.status, `its body is larger than ${maximumBodyBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function describeFailure(
  config: OAuth2Config,
  status: number,
  error: string | undefined,
  kind: TokenFailureKind,
): string {
  const what = `The token endpoint of ${config.provider} refused (HTTP ${status}${error === undefined ? "" : `, ${error}`}).`;
  if (kind === "terminal")
    return `${what} The grant is no longer valid; the user has to authorize again.`;
  if (kind === "transient") return `${what} Nothing is lost; try again later.`;
  return error === "invalid_client" || error === "unauthorized_client"
    ? `${what} Check clientId, clientSecret and clientAuthentication ("${config.clientAuthentication}") against the provider's console.`
    : `${what} Check the client registration and the scopes against the provider's documentation.`;
}

function malformed(
  config: OAuth2Config,
  status: number,
  problem: string,
  kind: TokenFailureKind = "transient",
): TokenRequestError {
  return new TokenRequestError(
    `The token endpoint of ${config.provider} gave an answer (HTTP ${status}) that cannot be used: ${problem}.`,
    { provider: config.provider, kind, status },
  );
}
