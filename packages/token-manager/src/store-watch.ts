import type { CredentialChange, CredentialService, StopWatching } from "@rak-oauth/core";

/** Tells the listener of changes from when it resolves; gives nothing where the store cannot. */
export type WatchStore = CredentialService["watch"];

/** Hears of changes that other processes make, from the first use on. */
export class StoreWatch {
  readonly #watch: WatchStore;
  readonly #onChange: (change: CredentialChange) => void;
  #watching: Promise<StopWatching | undefined> | undefined;
  #isHearing = false;

  constructor(watch: WatchStore, onChange: (change: CredentialChange) => void) {
    this.#watch = watch;
    this.#onChange = onChange;
  }

  /** Whether changes are told now: the store does so, and its news come. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** Resolves once the store tells of changes, if it can. A failure is tried again next time. */
  async start(): Promise<void> {
    this.#watching ??= this.#begin().catch((error: unknown) => {
      this.#watching = undefined;
      throw error;
    });
    await this.#watching;
  }

  async stop(): Promise<void> {
    const stop = await this.#watching;
    this.#isHearing = false;
    await stop?.();
  }

  async #begin(): Promise<StopWatching | undefined> {
    let isLost = false;
    const stop = await this.#watch((change) => {
      if (change.kind === "lost" || change.kind === "reset") {
        isLost = change.kind === "lost";
        this.#isHearing = !isLost;
      }
      this.#onChange(change);
    });
    this.#isHearing = stop !== undefined && !isLost;
    return stop;
  }
}
