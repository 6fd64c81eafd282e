import type { OAuth2Config, TokenFailureKind } from "@rak-oauth/core";

/** The grant itself is dead: only the user can help. */
const terminalErrors = new Set(["invalid_grant"]);

/** The server is in trouble and says so in OAuth's words (RFC 6749 §4.1.2.1, RFC 8628 §3.5). */
const transientErrors = new Set(["server_error", "temporarily_unavailable", "slow_down"]);

const longestRetryAfterMs = 60 * 60 * 1000;

/** What the server's answer says about a failed token request. */
export interface TokenFailure {
  readonly status: number;
  /** `error` of the body, when the body is an OAuth error (RFC 6749 §5.2). */
  readonly error: string | undefined;
}

/**
 * Decides how a refusal must be treated, by what the server said and not by the status alone. An
 * answer that is not OAuth's (a proxy's 403, a 429, any 5xx) never condemns a grant.
 */
export function classifyFailure(config: OAuth2Config, failure: TokenFailure): TokenFailureKind {
  const { status, error } = failure;
  if (status === 429 || status >= 500 || error === undefined || transientErrors.has(error)) {
    return "transient";
  }
  if (config.quirks.transientErrors?.includes(error)) return "transient";
  if (terminalErrors.has(error) || config.quirks.terminalErrors?.includes(error)) {
    return "terminal";
  }
  // Another nonce than the one it gave a moment ago: a client without a key has to be given one first.
  if (error === "use_dpop_nonce" && config.useDpop) return "transient";
  // A number is not one of OAuth's words: what it means is known only where the provider's preset says.
  return /^\d+$/.test(error) ? "transient" : "configuration";
}

/**
 * The wait a server asks for, in milliseconds, at most an hour; `Retry-After` holds seconds or a
 * date, which is on the server's clock (RFC 9110 §10.2.3).
 */
export function readRetryAfter(headers: Pick<Headers, "get">, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined) return undefined;
  // A date begins with the day's name; Date.parse alone would take "-1" for a year.
  const dateMs = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs - serverTime(headers, now);
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(0, waitMs), longestRetryAfterMs);
}

/** The server's clock as an answer gives it, in milliseconds since the epoch; ours where it does not. */
export function serverTime(headers: Pick<Headers, "get">, now: number): number {
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? now : time;
}
