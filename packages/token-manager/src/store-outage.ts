import { type Clock, isOAuth2Error } from "@rak-oauth/core";

/** Drivers that were cut off for long look for their server every two seconds or so. */
const reconnectingMs = 2_500;

/**
 * Knows when the store was out of this process's reach. What others held then, they could not renew:
 * a lease that has lapsed meanwhile says nothing of whether its holder lives.
 */
export class StoreOutage {
  readonly #clock: Clock;
  #isAway = false;
  #overAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A sign that the store is away, such as its news that no longer come. */
  begin(): void {
    this.#isAway = true;
  }

  /** Takes what becomes of a call of the store as a sign; gives and throws the same. */
  async observe<Result>(call: Promise<Result>): Promise<Result> {
    try {
      const result = await call;
      if (this.#isAway) this.#overAtMs = this.#clock.now();
      this.#isAway = false;
      return result;
    } catch (error) {
      if (isOAuth2Error(error) && error.code === "store_unavailable") this.begin();
      throw error;
    }
  }

  /** How much longer others may need to write what they could not, in milliseconds. */
  aftermathMs(leaseMs: number): number {
    const lastsMs = Math.max(leaseMs, reconnectingMs);
    return Math.max(0, this.#overAtMs + lastsMs - this.#clock.now());
  }
}
