import type { SharedWait } from "./shared-wait.js";
import type { CachedToken } from "./token-cache.js";
import type { TokenNeed } from "./token-need.js";

/** What a flight brings home. */
export interface Landed {
  readonly cached: CachedToken;
  /** Whether it took a request to the provider. */
  readonly refreshed: boolean;
}

/** One way to the store or the provider, for all callers who want the same. */
export interface Flight {
  /** What it was started for. */
  readonly need: TokenNeed;
  readonly promise: Promise<Landed>;
  /** The credential changed elsewhere meanwhile: what this flight finds must not be kept. */
  outdated: boolean;
  /** Callers who share one wait for it. */
  sharedWait?: SharedWait | undefined;
}

/** What a flight is started for. */
export interface FlightPlan {
  readonly slot: string;
  /** Of the stored credential. */
  readonly id: string;
  readonly need: TokenNeed;
}

/** The flights on their way in this process, by what is asked for and by stored credential. */
export class Flights {
  readonly #bySlot = new Map<string, Flight>();
  readonly #byId = new Map<string, Set<Flight>>();

  get(slot: string): Flight | undefined {
    return this.#bySlot.get(slot);
  }

  /** Starts `work`, which is told whether what it finds may be kept. */
  start(plan: FlightPlan, work: (isCurrent: () => boolean) => Promise<Landed>): Flight {
    const { slot, id, need } = plan;
    const siblings = this.#byId.get(id) ?? new Set();
    const flight: Flight = {
      need,
      outdated: false,
      promise: work(() => !flight.outdated).finally(() => {
        this.#bySlot.delete(slot);
        siblings.delete(flight);
        if (siblings.size === 0) this.#byId.delete(id);
      }),
    };
    this.#bySlot.set(slot, flight);
    this.#byId.set(id, siblings.add(flight));
    // Every caller awaits the promise itself; when all of them gave up, nobody is left to be told.
    flight.promise.catch(() => undefined);
    return flight;
  }

  /** What flights of this credential find may be older than what is stored now. */
  outdate(id: string): void {
    for (const flight of this.#byId.get(id) ?? []) flight.outdated = true;
  }

  outdateAll(): void {
    for (const flight of this.#bySlot.values()) flight.outdated = true;
  }

  /** Resolves when all have landed, well or not. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#bySlot.values()].map(({ promise }) => promise));
  }
}
