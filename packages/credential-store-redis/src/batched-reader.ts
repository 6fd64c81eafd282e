import type { Redis } from "ioredis";
import { toStoreError } from "./redis-errors.js";
import { type ClockSample, ServerClock, serverTimeNow } from "./server-clock.js";

interface Waiting {
  readonly path: string;
  readonly resolve: (value: ReadValue | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A value and the server's clock, in milliseconds, when it was read. */
export interface ReadValue {
  readonly bytes: Buffer;
  readonly storeTime: number;
}

/** Small enough that the server does not keep others waiting for one answer. */
const batchSize = 128;

/**
 * Reads values of one server. All that is asked for in one turn of the event loop goes in few
 * commands: ten thousand simultaneous reads cost less than as many GETs.
 */
export class BatchedReader {
  readonly #client: Redis;
  readonly #clock: ServerClock;
  #waiting: Waiting[] = [];

  constructor(client: Redis) {
    this.#client = client;
    this.#clock = ServerClock.of(client);
  }

  /**
   * The value under a key.
   *
   * @throws StoreUnavailableError, or OAuth2Error with code `store_misconfigured`
   */
  read(path: string): Promise<ReadValue | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) process.nextTick(() => this.#send());
      this.#waiting.push({ path, resolve, reject });
    });
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const sample = this.#clock.sample();
    const [first] = waiting;
    if (first !== undefined && waiting.length === 1 && !(sample instanceof Promise)) {
      this.#readOne(first, sample);
      return;
    }
    for (let start = 0; start < waiting.length; start += batchSize) {
      void this.#readBatch(waiting.slice(start, start + batchSize), sample);
    }
  }

  /** The usual case, and the one whose latency counts. */
  #readOne({ path, resolve, reject }: Waiting, sample: ClockSample): void {
    this.#client.getBuffer(path).then(
      (bytes) => resolve(bytes ? { bytes, storeTime: serverTimeNow(sample) } : undefined),
      (error: unknown) => reject(toStoreError(error, this.#client)),
    );
  }

  async #readBatch(
    batch: readonly Waiting[],
    sample: ClockSample | Promise<ClockSample>,
  ): Promise<void> {
    try {
      const [values, seen] = await Promise.all([this.#values(batch), sample]);
      const storeTime = serverTimeNow(seen);
      batch.forEach(({ resolve }, index) => {
        const bytes = values[index];
        resolve(bytes ? { bytes, storeTime } : undefined);
      });
    } catch (error) {
      const failure = toStoreError(error, this.#client);
      for (const { reject } of batch) reject(failure);
    }
  }

  async #values(batch: readonly Waiting[]): Promise<readonly (Buffer | null)[]> {
    const [first] = batch;
    return first && batch.length === 1
      ? [await this.#client.getBuffer(first.path)]
      : this.#client.mgetBuffer(batch.map(({ path }) => path));
  }
}
