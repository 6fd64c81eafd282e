import type { Scheduler } from "@rak-oauth/core";
import type { CallDeadline } from "./call-deadline.js";
import { type CalledEndpoint, readRetryAfter } from "./failures.js";
import type { ApiResponse } from "./http-exchange.js";
import { NetworkError } from "./network-error.js";
import type { TellProgress } from "./tool-progress.js";

/** When a request is sent again. */
export interface RetryPolicy {
  /** How often at most. */
  readonly retries: number;
  readonly scheduler: Scheduler;
}

/** One request of one call. */
export interface RepeatableRequest {
  readonly endpoint: CalledEndpoint;
  readonly send: () => Promise<ApiResponse>;
  readonly deadline: CallDeadline;
  readonly tell: TellProgress;
}

const shortestMs = 250;
const longestMs = 5_000;
/** The API, or what stands before it, cannot answer just now. */
const transient = new Set([429, 502, 503, 504]);
/** It has not carried the request out, whatever it was. */
const notCarriedOut = new Set([429, 503]);

/**
 * Sends a request, and again while the API says that it cannot answer just now, or does not answer.
 * What is not idempotent goes again only where the API has refused it and says when to come back:
 * any other failure leaves open whether it was carried out.
 *
 * @throws what `send` rejects with in the end.
 */
export async function sendWithRetries(
  request: RepeatableRequest,
  policy: RetryPolicy,
): Promise<ApiResponse> {
  const { endpoint, deadline, tell } = request;
  for (let attempts = 1; ; attempts += 1) {
    tell({ kind: "sent", method: endpoint.method, url: endpoint.url });
    let outcome: ApiResponse | NetworkError;
    try {
      outcome = await request.send();
    } catch (error) {
      if (!(error instanceof NetworkError) || deadline.hasEnded) throw error;
      outcome = error;
    }
    const delayMs =
      attempts > policy.retries ? undefined : delayBefore(outcome, attempts, endpoint);
    if (delayMs === undefined || delayMs >= deadline.remainingMs) {
      if (outcome instanceof NetworkError) throw outcome;
      return outcome;
    }
    const reason = outcome instanceof NetworkError ? outcome.code : outcome.status;
    tell({ kind: "retrying", attempts, delayMs, reason });
    await policy.scheduler.wait(delayMs, { signal: deadline.signal });
  }
}

/** Milliseconds until the request may be repeated; nothing when it may not. */
function delayBefore(
  outcome: ApiResponse | NetworkError,
  attempts: number,
  { isIdempotent }: CalledEndpoint,
): number | undefined {
  const backoff = Math.min(shortestMs * 2 ** (attempts - 1), longestMs);
  const delayMs = Math.round(backoff * (0.5 + Math.random() / 2));
  if (outcome instanceof NetworkError) return isIdempotent ? delayMs : undefined;
  if (!transient.has(outcome.status)) return undefined;
  const wishSeconds = readRetryAfter(outcome.headers);
  if (!isIdempotent && (wishSeconds === undefined || !notCarriedOut.has(outcome.status))) {
    return undefined;
  }
  return Math.max(delayMs, (wishSeconds ?? 0) * 1000);
}
