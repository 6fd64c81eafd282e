import type { AnswerFunction } from "./hostile-answer.js";
import type { HostileEndpoint } from "./hostile-request.js";

/** Where a request is held: before the server acts on it, or when its answer is ready. */
export type HoldPoint = "before-commit" | "after-commit";

/** Requests that wait. */
export interface Hold {
  /** Requests that wait now. */
  readonly waiting: number;
  /** Resolves when so many requests have come here. @defaultValue 1 */
  arrived(count?: number): Promise<void>;
  /** Lets all of them go on, and every later one. */
  release(): void;
}

interface HoldState {
  readonly endpoint: HostileEndpoint;
  readonly at: HoldPoint;
  readonly released: Promise<void>;
  waiting: number;
  arrivals: number;
  watchers: { readonly count: number; readonly resolve: () => void }[];
}

/** What the server was told about requests to come. */
export class HostileScript {
  readonly #next = new Map<HostileEndpoint, AnswerFunction[]>();
  readonly #always = new Map<HostileEndpoint, AnswerFunction>();
  readonly #holds = new Map<HoldState, Hold>();

  answerNext(endpoint: HostileEndpoint, answer: AnswerFunction, times: number): void {
    const answers = this.#next.get(endpoint) ?? [];
    answers.push(...Array.from({ length: times }, () => answer));
    this.#next.set(endpoint, answers);
  }

  answerAlways(endpoint: HostileEndpoint, answer: AnswerFunction | undefined): void {
    if (answer === undefined) this.#always.delete(endpoint);
    else this.#always.set(endpoint, answer);
  }

  takeAnswer(endpoint: HostileEndpoint): AnswerFunction | undefined {
    return this.#next.get(endpoint)?.shift() ?? this.#always.get(endpoint);
  }

  hold(endpoint: HostileEndpoint, at: HoldPoint): Hold {
    let letGo = () => {};
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const state: HoldState = { endpoint, at, released, waiting: 0, arrivals: 0, watchers: [] };
    const hold: Hold = {
      get waiting() {
        return state.waiting;
      },
      arrived: (count = 1) =>
        new Promise((resolve) => {
          state.watchers.push({ count, resolve });
          tellWatchers(state);
        }),
      release: () => {
        this.#holds.delete(state);
        letGo();
      },
    };
    this.#holds.set(state, hold);
    return hold;
  }

  /** Waits while requests to this endpoint are held at this point. */
  async pass(endpoint: HostileEndpoint, at: HoldPoint): Promise<void> {
    for (const state of [...this.#holds.keys()]) {
      if (state.endpoint !== endpoint || state.at !== at) continue;
      state.waiting += 1;
      state.arrivals += 1;
      tellWatchers(state);
      await state.released;
      state.waiting -= 1;
    }
  }

  releaseAll(): void {
    for (const hold of [...this.#holds.values()]) hold.release();
  }
}

function tellWatchers(state: HoldState): void {
  state.watchers = state.watchers.filter(({ count, resolve }) => {
    if (state.arrivals < count) return true;
    resolve();
    return false;
  });
}
