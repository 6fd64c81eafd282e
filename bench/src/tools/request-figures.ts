import { atLeast, atMost, type Figure, type Size, type Target } from "../figure.js";
import { interleave } from "../interleave.js";
import { authorizedFetch, bareFetch, bareRequest, type Caller, tool } from "./callers.js";
import { type MeasuredApi, startMeasuredApi } from "./measured-api.js";

/** How many requests are under way at once, and how many one measurement makes. */
interface Load {
  readonly words: string;
  readonly atOnce: number;
  readonly requests: number;
  readonly rounds: number;
}

const single: Load = { words: "one at a time", atOnce: 1, requests: 1_000, rounds: 31 };
const crowd: Load = { words: "64 at once", atOnce: 64, requests: 2_048, rounds: 41 };
const drowsy: Load = { ...single, words: "one at a time, of an API that sleeps in between" };

/** What some work costs, in milliseconds. */
type Cost = (work: () => Promise<void>) => Promise<number>;

/**
 * What a protected GET costs through a tool and through a `fetch` for SDKs, against bare `fetch`. The
 * targets are for an API that is awake; how much of a request is waking one is told beside them.
 */
export async function measureRequests(size: Size): Promise<readonly Figure[]> {
  return [...(await measureAwake(size)), ...(await measureDrowsy(size))];
}

async function measureAwake(size: Size): Promise<readonly Figure[]> {
  const api = await startMeasuredApi("awake");
  try {
    const contest = new AgainstFetch(api, size);
    const [ours, sdk, least] = [tool(api), authorizedFetch(api), bareRequest(api)];
    // Beside itself it would be 1, but for the noise of the machine.
    const same = { ...bareFetch(api), name: "fetch itself" };
    return [
      await contest.rate(ours, single, atLeast(2)),
      await contest.rate(ours, crowd, atLeast(2.2)),
      await contest.cpu(ours, single, atMost(0.5)),
      await contest.cpu(ours, crowd, atMost(0.5)),
      await contest.rate(least, single),
      await contest.rate(least, crowd),
      await contest.cpu(least, single),
      await contest.cpu(least, crowd),
      await contest.rate(sdk, single, atLeast(0.97)),
      await contest.rate(sdk, crowd, atLeast(0.97)),
      await contest.rate(same, crowd),
    ];
  } finally {
    await api.stop();
  }
}

async function measureDrowsy(size: Size): Promise<readonly Figure[]> {
  const api = await startMeasuredApi("drowsy");
  try {
    const contest = new AgainstFetch(api, size);
    return [
      await contest.rate(tool(api), drowsy),
      await contest.rate(bareRequest(api), drowsy),
      await contest.rate(authorizedFetch(api), drowsy),
    ];
  } finally {
    await api.stop();
  }
}

/** Measures callers of one API against bare `fetch`. */
class AgainstFetch {
  readonly #floor: Caller;
  readonly #size: Size;

  constructor(api: MeasuredApi, size: Size) {
    this.#floor = bareFetch(api);
    this.#size = size;
  }

  async rate(caller: Caller, load: Load, target?: Target): Promise<Figure> {
    const { ratio, detail } = await this.#compare(caller, load, wallMs);
    const name = `requests/s of ${caller.name}, ${load.words}`;
    return { name, value: 1 / ratio, unit: "×", target, detail };
  }

  async cpu(caller: Caller, load: Load, target?: Target): Promise<Figure> {
    const { ratio, detail } = await this.#compare(caller, load, cpuMs);
    const name = `CPU of a request of ${caller.name}, ${load.words}`;
    return { name, value: ratio, unit: "×", target, detail };
  }

  async #compare(caller: Caller, load: Load, cost: Cost) {
    const rounds = this.#size === "full" ? load.rounds : Math.ceil(load.rounds / 10);
    const measure = (one: Caller) => () => cost(() => makeRequests(one, load));
    const [ours, floor] = [measure(caller), measure(this.#floor)];
    const result = await interleave({ rounds, warmUps: Math.ceil(rounds / 5), ours, floor });
    const microseconds = (ms: number) => `${((ms / load.requests) * 1000).toFixed(0)} µs`;
    return {
      ratio: result.ratio,
      detail: `${microseconds(result.ours)} a request against ${microseconds(result.floor)} of fetch with a fixed header`,
    };
  }
}

async function makeRequests(caller: Caller, { atOnce, requests }: Load): Promise<void> {
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await caller.call();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function wallMs(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Of this process, not of the server's. */
async function cpuMs(work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
