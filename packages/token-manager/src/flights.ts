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
  /** Whether nobody waits for it yet: it is to replace a token that is still good. */
  readonly isInBackground?: boolean | undefined;
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
  /** Those that may be joined. */
  readonly #foreground = new Map<string, Flight>();
  readonly #background = new Map<string, Flight>();
  readonly #byId = new Map<string, Set<Flight>>();

  /** The flight that who has no token may join. */
  get(slot: string): Flight | undefined {
    return this.#foreground.get(slot) ?? this.#background.get(slot);
  }

  start(plan: FlightPlan, work: (state: FlightState) => Promise<Landed>): Flight {
    const { slot, id } = plan;
    const state = { outdated: false };
    const promise = work(state).finally(() => this.#land(flight));
    const flight: Flight = { plan, state, promise };
    // Every caller awaits the promise itself; when all of them gave up, nobody is left to be told.
    promise.catch(ignore);
    this.#joinable(plan).set(slot, flight);
    this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(flight));
    return flight;
  }

  /** What flights of this credential find may be older than what is stored now: nobody joins them. */
  outdate(id: string): void {
    for (const flight of this.#byId.get(id) ?? []) {
      flight.state.outdated = true;
      this.#leave(flight);
    }
  }

  outdateAll(): void {
    for (const id of this.#byId.keys()) this.outdate(id);
  }

  /** Resolves when all have landed, well or not. */
  async settle(): Promise<void> {
    const flights = [...this.#byId.values()].flatMap((siblings) => [...siblings]);
    await Promise.allSettled(flights.map(({ promise }) => promise));
  }

  /** Forgets a flight that is home, well or not. */
  #land(flight: Flight): void {
    const { id } = flight.plan;
    this.#leave(flight);
    const siblings = this.#byId.get(id);
    siblings?.delete(flight);
    if (siblings?.size === 0) this.#byId.delete(id);
  }

  #leave(flight: Flight): void {
    const { slot } = flight.plan;
    const joinable = this.#joinable(flight.plan);
    if (joinable.get(slot) === flight) joinable.delete(slot);
  }

  #joinable({ isInBackground }: FlightPlan): Map<string, Flight> {
    return isInBackground ? this.#background : this.#foreground;
  }
}
