/** Ends a call when the caller gives up or the time is over, whichever comes first. */
export class CallDeadline {
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #giveUp = (): void => this.#endEarly(this.#caller?.reason);
  readonly #endsAtMs: number;
  #isOver = false;
  #hasEnded = false;
  #reason: unknown;
  #stop: ((reason: unknown) => void) | undefined;
  #controller: AbortController | undefined;

  /** @throws the signal's reason when the caller has given up already. */
  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    caller?.throwIfAborted();
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#endEarly(new DOMException("The time of the call is over.", "TimeoutError"));
    }, timeoutMs);
    caller?.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** Whether the time is over; a caller that gave up first does not count. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the time is over, or the caller gave up. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What is left of the time, in milliseconds. */
  get remainingMs(): number {
    return this.#endsAtMs - performance.now();
  }

  /** Made for who asks for it: a signal costs a third of what a call costs without its requests. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#hasEnded) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** @throws the reason when the call has ended early. */
  throwIfEnded(): void {
    if (this.#hasEnded) throw this.#reason;
  }

  /** What stops the request that is under way, of which a call has one at a time; nothing after it. */
  stopWith(stop: ((reason: unknown) => void) | undefined): void {
    this.#stop = stop;
  }

  /** Frees timer and listener. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }

  #endEarly(reason: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#stop?.(reason);
  }
}
