interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/**
 * A clock and a scheduler that stand still until they are told to move, and wake whoever waits for that
 * moment. Times are milliseconds since the Unix epoch, from the first moment of 2026.
 */
export class ManualTime {
  #now: number = Date.UTC(2026, 0, 1);
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** Delays that are being waited for, in milliseconds from now. */
  get delaysMs(): readonly number[] {
    return this.#sleepers.map(({ wakeAt }) => wakeAt - this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#sleepers.filter(({ wakeAt }) => wakeAt <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ wakeAt }) => wakeAt > this.#now);
    for (const { wake } of due) wake();
  }

  wait(delayMs: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const sleeper = { wakeAt: this.#now + delayMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }
}
