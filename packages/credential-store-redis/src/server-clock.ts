import type { Redis } from "ioredis";

/** The server's clock as it was seen once, and this machine's clocks at that moment. */
export interface ClockSample {
  readonly serverTime: number;
  readonly monotonicTime: number;
  readonly wallTime: number;
}

const validMs = 1_000;
const longestAnswerMs = 20;
const longestLeapMs = 50;

/**
 * Tells the time of one server without asking for every read. It asks once a second and adds what
 * has passed here since; it is never ahead of the server, and behind by at most the time of an
 * answer. It asks again at once after a lost connection, for that may have been a failover, and when
 * this machine's clocks disagree, for then it was suspended. Leases are not decided by it.
 */
export class ServerClock {
  static readonly #clocks = new WeakMap<Redis, ServerClock>();
  readonly #client: Redis;
  #asked: Promise<ClockSample> | undefined;
  #sample: ClockSample | undefined;

  /** The one clock of a client. */
  static of(client: Redis): ServerClock {
    const clock = ServerClock.#clocks.get(client) ?? new ServerClock(client);
    ServerClock.#clocks.set(client, clock);
    return clock;
  }

  private constructor(client: Redis) {
    this.#client = client;
    client.on("close", () => {
      this.#sample = undefined;
    });
  }

  /** A sample good enough to tell the time by until the answer to a command sent now. */
  sample(): ClockSample | Promise<ClockSample> {
    if (this.#sample && isValid(this.#sample)) return this.#sample;
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  async #ask(): Promise<ClockSample> {
    const sentAt = performance.now();
    try {
      const [seconds, microseconds] = await this.#client.time();
      const sample = {
        serverTime: Number(seconds) * 1_000 + Number(microseconds) / 1_000,
        monotonicTime: performance.now(),
        wallTime: Date.now(),
      };
      const answeredInMs = sample.monotonicTime - sentAt;
      this.#sample = answeredInMs < longestAnswerMs ? sample : undefined;
      return sample;
    } finally {
      this.#asked = undefined;
    }
  }
}

/** The server's time now, in whole milliseconds since the Unix epoch. */
export function serverTimeNow(sample: ClockSample): number {
  return Math.floor(sample.serverTime + performance.now() - sample.monotonicTime);
}

function isValid(sample: ClockSample): boolean {
  const passedMs = performance.now() - sample.monotonicTime;
  const leapMs = Math.abs(Date.now() - sample.wallTime - passedMs);
  return passedMs < validMs && leapMs < longestLeapMs;
}
