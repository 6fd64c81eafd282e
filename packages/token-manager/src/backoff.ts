import { TokenRequestError } from "@rak-oauth/core";

const shortestMs = 1_000;
const longestMs = 60_000;

/**
 * How long to leave the provider alone: doubled with each try, half of it by chance, and never less
 * than it asks for. A wish to be asked again at once, repeated, would be a storm.
 */
export function backoffMs(tries: number, error: unknown): number {
  const wish = error instanceof TokenRequestError ? error.retryAfterMs : undefined;
  const backoff = Math.min(shortestMs * 2 ** (tries - 1), longestMs);
  return Math.round(Math.max(wish ?? 0, backoff * (0.5 + Math.random() / 2)));
}

/** The answer to those who ask while the provider is left alone; `reason` is what it said, where that is known. */
export function leftAlone(
  provider: string,
  retryInMs: number,
  reason: TokenRequestError | undefined,
): TokenRequestError {
  const { kind = "transient", error, status } = reason ?? {};
  const seconds = Math.ceil(retryInMs / 1000);
  const what =
    reason?.message ?? `The provider ${provider} did not give a token lately. Nothing is lost.`;
  return new TokenRequestError(`${what} It is left alone for another ${seconds} s.`, {
    provider,
    kind,
    error,
    status,
    retryAfterMs: retryInMs,
  });
}
