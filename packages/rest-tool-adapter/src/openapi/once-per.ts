/**
 * What is made once for each key. Documents refer from many operations to one thing; what that costs must
 * not be paid for each of them.
 */
export class OncePer<Key, Value> {
  readonly #made = new Map<Key, Value>();

  /** What was made for the key before, else what `make` makes now. */
  get(key: Key, make: () => Value): Value {
    const known = this.#made.get(key);
    if (known !== undefined || this.#made.has(key)) return known as Value;
    const value = make();
    this.#made.set(key, value);
    return value;
  }
}
