import { OAuth2Error } from "@rak-oauth/core";

/** What {@link untilSettled} needs to know. */
export interface UntilSettledOptions {
  readonly provider: string;
  /** How long a caller waits in all, in milliseconds. */
  readonly timeoutMs: number;
  /** How much of that is left. @defaultValue all of it */
  readonly remainingMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One caller's wait for work that runs on without it: ends with the work, with the caller's signal,
 * or after the time that is left.
 *
 * @throws OAuth2Error with code `token_request_deadline` when that is over.
 */
export function untilSettled<T>(work: Promise<T>, options: UntilSettledOptions): Promise<T> {
  const { provider, timeoutMs, remainingMs = timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => finish(() => reject(signal?.reason));
    const timer = setTimeout(
      () =>
        finish(() =>
          reject(
            new OAuth2Error(
              "token_request_deadline",
              `No token of ${provider} within ${timeoutMs} ms. The request goes on; ask again, or raise waitTimeoutMs.`,
            ),
          ),
        ),
      remainingMs,
    );
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
