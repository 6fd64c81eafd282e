import type { CredentialChange, CredentialService, StopWatching } from "@rak-oauth/core";

/** Hears of changes that other processes make, from the first use on. */
export class StoreWatch {
  readonly #credentials: CredentialService;
  readonly #onChange: (change: CredentialChange) => void;
  #watching: Promise<StopWatching | undefined> | undefined;

  constructor(credentials: CredentialService, onChange: (change: CredentialChange) => void) {
    this.#credentials = credentials;
    this.#onChange = onChange;
  }

  /** Whether the store tells of changes; resolves once it does. A failure is tried again next time. */
  async start(): Promise<boolean> {
    this.#watching ??= this.#credentials.watch(this.#onChange).catch((error: unknown) => {
      this.#watching = undefined;
      throw error;
    });
    return (await this.#watching) !== undefined;
  }

  async stop(): Promise<void> {
    const stop = await this.#watching;
    await stop?.();
  }
}
