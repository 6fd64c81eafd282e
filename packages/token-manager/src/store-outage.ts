import { type Clock, type HeldLease, isOAuth2Error } from "@rak-oauth/core";

/** Drivers that were cut off for long look for their server every two seconds or so. */
const reconnectingMs = 2_500;
/** News are missed no sooner than this. */
const newsSilenceMs = 1_000;

/**
 * Knows when the store was out of this process's reach. What others held then, they could not renew:
 * a lease that has lapsed meanwhile says nothing of whether its holder lives.
 */
export class StoreOutage {
  readonly #clock: Clock;
  /** Shorter ones cost nobody a lease: each is renewed thrice in its time. */
  readonly #shortestMs: number;
  readonly #aftermathMs: number;
  #reachedAtMs = Number.NEGATIVE_INFINITY;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  /** Since when the store may be away; absent while it is there. */
  #awaySinceMs: number | undefined;
  /** What is away takes no writes, although it may be read. */
  #refusesWrites = false;
  #overAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#shortestMs = leaseMs / 3;
    this.#aftermathMs = Math.max(leaseMs, reconnectingMs);
  }

  /** The store's news do not come any more. */
  newsLost(): void {
    this.#begin(Math.max(this.#reachedAtMs, this.#clock.now() - newsSilenceMs));
  }

  /** Takes what becomes of a reading call of the store as a sign; gives and throws the same. */
  async read<Result>(call: Promise<Result>): Promise<Result> {
    try {
      const result = await call;
      if (!this.#refusesWrites) this.#reached();
      return result;
    } catch (error) {
      if (codeOf(error) === "store_unavailable") this.#begin(this.#reachedAtMs);
      throw error;
    }
  }

  /** The same for a writing call. A store that can only be read keeps everybody from renewing too. */
  async write<Result>(call: Promise<Result>): Promise<Result> {
    try {
      const result = await call;
      this.#refusesWrites = false;
      this.#reached();
      this.#writtenAtMs = this.#reachedAtMs;
      return result;
    } catch (error) {
      const code = codeOf(error);
      if (code === "store_unavailable" || code === "store_misconfigured") {
        this.#begin(this.#writtenAtMs);
        this.#refusesWrites = true;
      }
      throw error;
    }
  }

  /** The same for all that is done with a lease. */
  ofLease(lease: HeldLease): HeldLease {
    return {
      stored: lease.stored,
      renew: (leaseMs) => this.write(lease.renew(leaseMs)),
      commit: (credentials) => this.write(lease.commit(credentials)),
      release: (options) => this.write(lease.release(options)),
      requireReauthorization: () => this.write(lease.requireReauthorization()),
    };
  }

  /** How much longer others may need to write what they could not, in milliseconds. */
  get aftermathMs(): number {
    const now = this.#clock.now();
    if (this.#isLong(now)) return this.#aftermathMs;
    // A clock that was set back must not make it longer.
    return Math.min(this.#aftermathMs, Math.max(0, this.#overAtMs + this.#aftermathMs - now));
  }

  #begin(sinceMs: number): void {
    this.#awaySinceMs ??= sinceMs;
  }

  #reached(): void {
    const now = this.#clock.now();
    if (this.#isLong(now)) this.#overAtMs = now;
    this.#awaySinceMs = undefined;
    this.#reachedAtMs = now;
  }

  #isLong(now: number): boolean {
    return this.#awaySinceMs !== undefined && now - this.#awaySinceMs >= this.#shortestMs;
  }
}

function codeOf(error: unknown): string | undefined {
  return isOAuth2Error(error) ? error.code : undefined;
}
