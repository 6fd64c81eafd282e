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

/** The answer to those who ask while the provider is left alone. */
export function leftAlone(provider: string, retryInMs: number): TokenRequestError {
  return new TokenRequestError(
    `The provider ${provider} did not give a token lately and is left alone for another ${Math.ceil(retryInMs / 1000)} s. Nothing is lost; try again then.`,
    { provider, kind: "transient", retryAfterMs: retryInMs },
  );
}
