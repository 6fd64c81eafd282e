/** Options of {@link ReadCoalescer}. */
export interface ReadCoalescerOptions<Row> {
  /** Reads many rows in one query, in any order; those absent are left out. */
  readonly readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>;
  /** Reads one row. */
  readonly readOne: (id: string) => Promise<Row | undefined>;
}

interface Waiter<Row> {
  readonly id: string;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** More rows a query save nothing, and delay the first. */
const maximumBatch = 250;

/** Turns reads begun in one tick of the event loop into one query. */
export class ReadCoalescer<Row> {
  readonly #options: ReadCoalescerOptions<Row>;
  #waiters: Waiter<Row>[] = [];

  constructor(options: ReadCoalescerOptions<Row>) {
    this.#options = options;
  }

  read(id: string): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ id, resolve, reject });
      if (this.#waiters.length === 1) process.nextTick(() => this.#send());
    });
  }

  #send(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (let start = 0; start < waiters.length; start += maximumBatch) {
      void this.#sendBatch(waiters.slice(start, start + maximumBatch));
    }
  }

  async #sendBatch(waiters: readonly Waiter<Row>[]): Promise<void> {
    const [first] = waiters;
    try {
      if (first !== undefined && waiters.length === 1) {
        first.resolve(await this.#options.readOne(first.id));
        return;
      }
      const rows = await this.#options.readMany([...new Set(waiters.map((waiter) => waiter.id))]);
      for (const waiter of waiters) waiter.resolve(rows.get(waiter.id));
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    }
  }
}
