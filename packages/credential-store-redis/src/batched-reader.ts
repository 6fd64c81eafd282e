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
 * Reads values of one server. What is asked for in one turn of the event loop, after the first, goes
 * in few commands: ten thousand simultaneous reads cost less than as many GETs.
 */
export class BatchedReader {
  readonly #client: Redis;
  readonly #clock: ServerClock;
  #waiting: Waiting[] = [];
  #isCollecting = false;

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
      const asked = { path, resolve, reject };
      if (this.#isCollecting) {
        this.#waiting.push(asked);
        return;
      }
      // The first one goes at once, and most turns have no second.
      this.#isCollecting = true;
      process.nextTick(() => this.#sendCollected());
      this.#readOne(asked);
    });
  }

  #sendCollected(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isCollecting = false;
    if (waiting.length === 0) return;
    const sample = this.#clock.sample();
    for (let start = 0; start < waiting.length; start += batchSize) {
      void this.#readBatch(waiting.slice(start, start + batchSize), sample);
    }
  }

  #readOne({ path, resolve, reject }: Waiting): void {
    const sample = this.#clock.sample();
    const value = this.#client.getBuffer(path);
    if (sample instanceof Promise) {
      void this.#settle([{ path, resolve, reject }], Promise.all([value]), sample);
      return;
    }
    value.then(
      (bytes) => resolve(bytes ? { bytes, storeTime: serverTimeNow(sample) } : undefined),
      (error: unknown) => reject(toStoreError(error, this.#client)),
    );
  }

  #readBatch(batch: readonly Waiting[], sample: ClockSample | Promise<ClockSample>): Promise<void> {
    return this.#settle(batch, this.#client.mgetBuffer(batch.map(({ path }) => path)), sample);
  }

  async #settle(
    batch: readonly Waiting[],
    reading: Promise<readonly (Buffer | null)[]>,
    sample: ClockSample | Promise<ClockSample>,
  ): Promise<void> {
    try {
      const [values, seen] = await Promise.all([reading, sample]);
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
}
