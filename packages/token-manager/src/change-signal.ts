/** How often to look where nobody tells of changes, and where somebody does and may be cut off. */
const blindPollMs = 100;
const toldPollMs = 500;

/** Tells of changes of stored credentials to those who watch one. */
export class ChangeSignal {
  readonly #isFed: () => boolean;
  readonly #watches = new Map<string, Set<ChangeWatch>>();

  /** @param isFed - whether the store tells this signal now of what other processes change. */
  constructor(isFed: () => boolean) {
    this.#isFed = isFed;
  }

  /** Begins to watch `id`, until the watch is closed. */
  watch(id: string): ChangeWatch {
    const watches = this.#watches.get(id) ?? new Set();
    const watch = new ChangeWatch(this.#isFed() ? toldPollMs : blindPollMs, () => {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(id);
    });
    this.#watches.set(id, watches.add(watch));
    return watch;
  }

  /** Tells those who watch `id`. */
  tell(id: string): void {
    for (const watch of this.#watches.get(id) ?? []) watch.tell();
  }

  /** Tells everybody. */
  tellAll(): void {
    for (const id of this.#watches.keys()) this.tell(id);
  }
}

/** Whether one stored credential changes. */
export class ChangeWatch {
  readonly #pollMs: number;
  /** Ends the watching. */
  readonly close: () => void;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(pollMs: number, close: () => void) {
    this.#pollMs = pollMs;
    this.close = close;
  }

  /** From here on changes count: call it before each look at the store. */
  begin(): void {
    this.#changed = false;
  }

  /** Resolves at the first change after {@link begin}, or when it is time to look, `limitMs` at most. */
  wait(limitMs: number): Promise<void> {
    if (this.#changed) return Promise.resolve();
    return new Promise((resolve) => {
      // Jitter, so that a fleet's looks do not come together.
      const pollMs = this.#pollMs * (0.5 + Math.random());
      const timer = setTimeout(resolve, Math.min(limitMs, pollMs));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  tell(): void {
    this.#changed = true;
    this.#wake?.();
  }
}
