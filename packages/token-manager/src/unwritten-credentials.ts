import { setTimeout as delay } from "node:timers/promises";

const firstWaitMs = 25;
/** Far less than a lease: when the store is back, others wait that long for the write. */
const longestWaitMs = 250;

/**
 * Refreshed credentials that the store did not take yet. They may hold the only living refresh
 * token, so their writes are repeated until they land, and the old one is not sent meanwhile.
 */
export class UnwrittenCredentials {
  readonly #landings = new Map<string, Promise<void>>();

  /** Repeats `write` until it resolves. */
  add(id: string, write: () => Promise<void>): void {
    const earlier = this.#landings.get(id);
    const landing = Promise.all([earlier, repeat(write)]).then(() => {
      if (this.#landings.get(id) === landing) this.#landings.delete(id);
    });
    this.#landings.set(id, landing);
  }

  /** Resolves once nothing of `id` is unwritten. */
  async landed(id: string): Promise<void> {
    await this.#landings.get(id);
  }

  /** Resolves once everything is written. */
  async settle(): Promise<void> {
    await Promise.all(this.#landings.values());
  }
}

async function repeat(write: () => Promise<void>): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    await delay(waitMs);
    try {
      await write();
      return;
    } catch {
      // Still unreachable.
    }
  }
}
