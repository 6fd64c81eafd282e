/** Remembers which assertions were used, until each has expired. */
export class UsedAssertions {
  readonly #expiryById = new Map<string, number>();

  /** False when it was used before. Times are milliseconds since the Unix epoch. */
  use(
    id: string,
    { expiresAt, now }: { readonly expiresAt: number; readonly now: number },
  ): boolean {
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
