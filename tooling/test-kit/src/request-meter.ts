/** Counts requests: how many at once, and how many a second. */
export class RequestMeter {
  readonly #now: () => number;
  #open = 0;
  #maximumConcurrentRequests = 0;
  #arrivals: number[] = [];

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Requests since the start or the last {@link reset}. */
  get requests(): number {
    return this.#arrivals.length;
  }

  /** The most requests that were open at once. */
  get maximumConcurrentRequests(): number {
    return this.#maximumConcurrentRequests;
  }

  /** The most requests that arrived within any second. */
  get maximumRequestsPerSecond(): number {
    let most = 0;
    let first = 0;
    this.#arrivals.forEach((arrival, index) => {
      while (arrival - (this.#arrivals[first] ?? arrival) >= 1000) first += 1;
      most = Math.max(most, index - first + 1);
    });
    return most;
  }

  /** Counts a request as open until the returned function is called. */
  enter(): () => void {
    this.#arrivals.push(this.#now());
    this.#open += 1;
    this.#maximumConcurrentRequests = Math.max(this.#maximumConcurrentRequests, this.#open);
    return () => {
      this.#open -= 1;
    };
  }

  /** Begins to count anew; requests that are open stay so. */
  reset(): void {
    this.#arrivals = [];
    this.#maximumConcurrentRequests = this.#open;
  }
}
