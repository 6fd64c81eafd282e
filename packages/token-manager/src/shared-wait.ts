import type { AccessToken } from "@rak-oauth/core";

/**
 * One wait for all callers who come at about the same time and want the same: thousands that meet one
 * expired token need no timer and no promise each.
 */
export class SharedWait {
  readonly #token: Promise<AccessToken>;
  readonly #opensNoMoreAtMs: number;
  #callers = 0;

  /** @param wait - is told how many callers share it, once it is over. */
  constructor(wait: (callers: () => number) => Promise<AccessToken>, opensNoMoreAtMs: number) {
    this.#opensNoMoreAtMs = opensNoMoreAtMs;
    this.#token = wait(() => this.#callers);
  }

  /** Whether who comes now may join: its own patience is not over much later than the wait's. */
  isOpen(now: number): boolean {
    return now < this.#opensNoMoreAtMs;
  }

  join(): Promise<AccessToken> {
    this.#callers += 1;
    return this.#token;
  }
}
