import { atLeast, atMost, type Figure, type Size, type Target } from "../figure.js";
import { interleave } from "../interleave.js";
import { authorizedFetch, bareFetch, bareRequest, type Caller, tool } from "./callers.js";
import { startMeasuredApi } from "./measured-api.js";

/** How many requests are under way at once, and how many one measurement makes. */
interface Load {
  readonly words: string;
  readonly atOnce: number;
  readonly requests: number;
  readonly rounds: number;
}

const single: Load = { words: "one at a time", atOnce: 1, requests: 128, rounds: 101 };
const crowd: Load = { words: "64 at once", atOnce: 64, requests: 512, rounds: 41 };

/** What some work costs, in milliseconds. */
type Cost = (work: () => Promise<void>) => Promise<number>;

/** What a protected GET costs through a tool and through a `fetch` for SDKs, against bare `fetch`. */
export async function measureRequests(size: Size): Promise<readonly Figure[]> {
  const api = await startMeasuredApi();
  const floor = bareFetch(api);
  const compare = async (caller: Caller, load: Load, cost: Cost) => {
    const rounds = size === "full" ? load.rounds : Math.ceil(load.rounds / 10);
    const measure = (one: Caller) => () => cost(() => makeRequests(one, load));
    const result = await interleave({ rounds, ours: measure(caller), floor: measure(floor) });
    const microseconds = (ms: number) => `${((ms / load.requests) * 1000).toFixed(0)} µs`;
    return {
      ratio: result.ratio,
      detail: `${microseconds(result.ours)} a request against ${microseconds(result.floor)} of fetch with a fixed header`,
    };
  };
  const rate = async (caller: Caller, load: Load, target?: Target): Promise<Figure> => {
    const { ratio, detail } = await compare(caller, load, wallMs);
    const name = `requests/s of ${caller.name}, ${load.words}`;
    return { name, value: 1 / ratio, unit: "×", target, detail };
  };
  const cpu = async (caller: Caller, load: Load, target?: Target): Promise<Figure> => {
    const { ratio, detail } = await compare(caller, load, cpuMs);
    const name = `CPU of a request of ${caller.name}, ${load.words}`;
    return { name, value: ratio, unit: "×", target, detail };
  };
  const [ours, sdk, least] = [tool(api), authorizedFetch(api), bareRequest(api)];
  try {
    return [
      await rate(ours, single, atLeast(2)),
      await rate(ours, crowd, atLeast(2.2)),
      await cpu(ours, single, atMost(0.5)),
      await cpu(ours, crowd, atMost(0.5)),
      await rate(least, single),
      await rate(least, crowd),
      await cpu(least, single),
      await cpu(least, crowd),
      await rate(sdk, single, atLeast(0.97)),
      await rate(sdk, crowd, atLeast(0.97)),
    ];
  } finally {
    await api.stop();
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
