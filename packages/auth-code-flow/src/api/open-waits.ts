/** One wait; it ends with whatever it waits for, its client, or the server. */
export interface OpenWait {
  readonly signal: AbortSignal;
  abort(): void;
  /** Forgets the wait once it is over. */
  end(): void;
}

/** All waits of clients, so that a server that stops need not wait for them. */
export class OpenWaits {
  readonly #controllers = new Set<AbortController>();
  #isClosed = false;

  /** Whether waits are over because the server stops. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Begins a wait that ends with the client's request. */
  begin(request: AbortSignal): OpenWait {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (this.#isClosed || request.aborted) abort();
    request.addEventListener("abort", abort);
    this.#controllers.add(controller);
    return {
      signal: controller.signal,
      abort,
      end: () => {
        request.removeEventListener("abort", abort);
        this.#controllers.delete(controller);
      },
    };
  }

  /** Ends all waits, and those that begin later at once. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#controllers) controller.abort();
  }
}
