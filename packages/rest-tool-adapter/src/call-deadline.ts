/** Ends a call when the caller gives up or the time is over, whichever comes first. */
export class CallDeadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #giveUp = (): void => this.#controller.abort(this.#caller?.reason);
  readonly #endsAtMs: number;
  #isOver = false;

  /** @throws the signal's reason when the caller has given up already. */
  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    caller?.throwIfAborted();
    this.signal = this.#controller.signal;
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, timeoutMs);
    caller?.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** Whether the time is over; a caller that gave up first does not count. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What is left of the time, in milliseconds. */
  get remainingMs(): number {
    return this.#endsAtMs - performance.now();
  }

  /** Frees timer and listener. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }
}
