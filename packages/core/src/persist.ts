import { isOAuth2Error } from "./errors.js";
import type { Scheduler } from "./scheduler.js";

/** Options of {@link persist}. */
export interface PersistOptions<Result> {
  /** Writes to a store. Safe to repeat after an error. */
  readonly write: () => Promise<Result>;
  /** Waits between attempts, such as `scheduler` of node:timers/promises. */
  readonly scheduler: Scheduler;
}

/** Waits between attempts, in milliseconds. */
const retriesMs = [100, 400, 1600, 5000];

/**
 * Writes tokens that exist nowhere else, since what they were given for is spent: a store that is away
 * gets some seconds to come back.
 *
 * @throws StoreUnavailableError when it does not, and at once whatever else `write` rejects with.
 */
export async function persist<Result>({
  write,
  scheduler,
}: PersistOptions<Result>): Promise<Result> {
  const { signal } = new AbortController();
  for (const waitMs of retriesMs) {
    try {
      return await write();
    } catch (error) {
      if (!isOAuth2Error(error) || error.code !== "store_unavailable") throw error;
      await scheduler.wait(waitMs, { signal });
    }
  }
  return write();
}
