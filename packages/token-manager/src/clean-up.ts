import type { Scheduler } from "@rak-oauth/core";

/** Somebody waits for the error that comes after. */
const longestCleanUpMs = 5_000;

/**
 * Does what is left to do when something went wrong, as well as that goes within five seconds. It never
 * rejects: the error that led here is the one that counts.
 *
 * @param work - may go on when its time is over, unless it heeds the signal
 */
export async function cleanUp(
  scheduler: Scheduler,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([work(signal), scheduler.wait(longestCleanUpMs, { signal })]);
  } catch {
    // Nobody can do anything about it here.
  } finally {
    over.abort();
  }
}
