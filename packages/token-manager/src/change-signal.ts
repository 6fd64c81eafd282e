import { setTimeout as delay } from "node:timers/promises";

/** Wakes whoever waits for a stored credential to change. */
export class ChangeSignal {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when `id` changes, or after `limitMs`. */
  async wait(id: string, limitMs: number): Promise<void> {
    const timer = new AbortController();
    await new Promise<void>((resolve) => {
      const wake = () => {
        timer.abort();
        resolve();
      };
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting.add(wake));
      const forget = () => {
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve();
      };
      // The rejection is our own abort: somebody woke us first.
      delay(limitMs, undefined, { signal: timer.signal }).then(forget, forget);
    });
  }

  /** Wakes those who wait for `id`. */
  tell(id: string): void {
    for (const wake of [...(this.#waiting.get(id) ?? [])]) wake();
  }

  /** Wakes everybody. */
  tellAll(): void {
    for (const id of [...this.#waiting.keys()]) this.tell(id);
  }
}
