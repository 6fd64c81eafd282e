import type { SharedWait } from "./shared-wait.js";
import type { CachedToken } from "./token-cache.js";
import type { TokenNeed } from "./token-need.js";

/** What a flight brings home. */
export interface Landed {
  readonly cached: CachedToken;
  /** Whether it took a request to the provider. */
  readonly refreshed: boolean;
}

/** What a flight is started for. */
export interface FlightPlan {
  readonly slot: string;
  /** Of the stored credential. */
  readonly id: string;
  readonly need: TokenNeed;
}

/** What becomes known of a flight while it is on its way. */
export interface FlightState {
  /** The credential changed elsewhere meanwhile: what this flight finds must not be kept. */
  outdated: boolean;
}

/** One way to the store or the provider, for all callers who want the same. */
export interface Flight {
  readonly plan: FlightPlan;
  readonly state: FlightState;
  readonly promise: Promise<Landed>;
  /** Callers who share one wait for it. */
  sharedWait?: SharedWait | undefined;
}

const ignore = () => undefined;

/** The flights on their way in this process, by what is asked for and by stored credential. */
export class Flights {
  readonly #bySlot = new Map<string, Flight>();
  readonly #byId = new Map<string, Set<Flight>>();

  get(slot: string): Flight | undefined {
    return this.#bySlot.get(slot);
  }

  /** Starts `work`, which calls {@link land} in the end. */
  start(plan: FlightPlan, work: (state: FlightState) => Promise<Landed>): Flight {
    const { slot, id } = plan;
    const state = { outdated: false };
    const flight: Flight = { plan, state, promise: work(state) };
    // Every caller awaits the promise itself; when all of them gave up, nobody is left to be told.
    flight.promise.catch(ignore);
    this.#bySlot.set(slot, flight);
    this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(flight));
    return flight;
  }

  /** Forgets a flight that is home, well or not. */
  land({ slot, id }: FlightPlan): void {
    const flight = this.#bySlot.get(slot);
    const siblings = this.#byId.get(id);
    if (flight === undefined || siblings === undefined) return;
    this.#bySlot.delete(slot);
    siblings.delete(flight);
    if (siblings.size === 0) this.#byId.delete(id);
  }

  /** What flights of this credential find may be older than what is stored now. */
  outdate(id: string): void {
    for (const { state } of this.#byId.get(id) ?? []) state.outdated = true;
  }

  outdateAll(): void {
    for (const { state } of this.#bySlot.values()) state.outdated = true;
  }

  /** Resolves when all have landed, well or not. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#bySlot.values()].map(({ promise }) => promise));
  }
}
