/** Remembers which assertions were used, until each has expired. */
export interface UsedAssertions {
  /**
   * False when it was used before. Times are milliseconds since the Unix epoch.
   *
   * @throws StoreUnavailableError when that cannot be told.
   */
  use(
    id: string,
    times: { readonly expiresAt: number; readonly now: number },
  ): boolean | Promise<boolean>;
}

/** The memory of one process. */
export class AssertionMemory implements UsedAssertions {
  readonly #expiryById = new Map<string, number>();

  use(id: string, { expiresAt, now }: Parameters<UsedAssertions["use"]>[1]): boolean {
    // The oldest are first; what lives a little longer behind them waits its turn.
    for (const [oldId, oldExpiry] of this.#expiryById) {
      if (oldExpiry > now) break;
      this.#expiryById.delete(oldId);
    }
    if (this.#expiryById.has(id)) return false;
    this.#expiryById.set(id, expiresAt);
    return true;
  }
}
