import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { atMost, type Figure, type Size } from "../figure.js";
import { median } from "../statistics.js";
import { startTwoServers, type TwoServers } from "./two-servers.js";

const rounds = { full: 200, quick: 20 } as const;
const warmUpRounds = 20;
const targetMs = 200;

/** What two callback servers can share. */
export interface SharedStorage {
  readonly name: "Redis" | "PostgreSQL";
  readonly start: () => Promise<{ readonly url: string; stop(): Promise<void> }>;
  /** The setting that takes its URL. */
  readonly variable: string;
}

export const storages: readonly SharedStorage[] = [
  {
    name: "Redis",
    start: () => startRedis({ ignoreEnvironment: true }),
    variable: "REDIS_URL",
  },
  {
    name: "PostgreSQL",
    start: () => startPostgres({ ignoreEnvironment: true }),
    variable: "DATABASE_URL",
  },
];

/** Waits for the end of an authorization, once it says that it has begun. */
type Wait = (
  servers: TwoServers,
  id: string,
) => Promise<{ readonly ended: Promise<{ readonly status: string; readonly atMs: number }> }>;

/**
 * How much later than the user's browser, that is told last by the process it came back to, a client
 * of another process knows of the completion.
 */
export async function measureAwaiting(
  { name, start, variable }: SharedStorage,
  tell: (line: string) => void,
  size: Size,
): Promise<readonly Figure[]> {
  const storage = await start();
  const servers = await startTwoServers({ [variable]: storage.url });
  try {
    const figures: Figure[] = [];
    for (const [way, wait] of [
      ["an event stream", listen],
      ["a long poll", poll],
    ] as const) {
      tell(`${rounds[size]} authorizations on ${name}, awaited by ${way}`);
      figures.push(await measure(`${way}, ${name}`, servers, wait, rounds[size]));
    }
    return figures;
  } finally {
    await servers.stop();
    await storage.stop();
  }
}

/** Times of one authorization, in milliseconds from the callback's request. */
interface Completion {
  readonly browserMs: number;
  readonly clientMs: number;
}

async function measure(
  name: string,
  servers: TwoServers,
  wait: Wait,
  count: number,
): Promise<Figure> {
  const completions: Completion[] = [];
  for (let round = -warmUpRounds; round < count; round += 1) {
    const completion = await complete(servers, `${name} ${round}`, wait);
    if (round >= 0) completions.push(completion);
  }
  const laterMs = completions.map(({ browserMs, clientMs }) => Math.max(0, clientMs - browserMs));
  const allMs = completions.map(({ clientMs }) => clientMs);
  return {
    name: `${name}: later than the browser, p99`,
    value: p99(laterMs),
    unit: "ms",
    target: atMost(targetMs),
    detail: `p50 ${median(laterMs).toFixed(1)} ms, longest ${Math.max(...laterMs).toFixed(1)} ms of ${count}; from the callback's request on, with exchange and storing, p50 ${median(allMs).toFixed(1)} ms, p99 ${p99(allMs).toFixed(1)} ms`,
  };
}

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

async function complete(servers: TwoServers, userId: string, wait: Wait): Promise<Completion> {
  const response = await fetch(`${servers.api}/authorizations`, {
    method: "POST",
    headers: { ...servers.headers, "content-type": "application/json" },
    body: JSON.stringify({ provider: "calendar", userId }),
  });
  const { id, url } = (await response.json()) as { readonly id: string; readonly url: string };
  const comeBack = await servers.prepareCallback(url);
  const { ended } = await wait(servers, id);
  const startedMs = performance.now();
  const callback = await comeBack();
  await callback.text();
  const browserMs = performance.now() - startedMs;
  const { status, atMs } = await ended;
  if (status !== "completed") throw new Error(`An authorization ended as ${status}.`);
  return { browserMs, clientMs: atMs - startedMs };
}

async function listen({ api, headers }: TwoServers, id: string): ReturnType<Wait> {
  const response = await fetch(`${api}/authorizations/${id}`, {
    headers: { ...headers, accept: "text/event-stream" },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error("The event stream has no body.");
  await reader.read();
  const readEnd = async () => {
    for (;;) {
      const { done, value = "" } = await reader.read();
      const atMs = performance.now();
      const [, data = "{}"] = /event: end\ndata: (.*)\n/.exec(value) ?? [];
      const { status } = JSON.parse(data) as { readonly status?: string };
      if (done || status !== undefined) return { status: status ?? "nothing", atMs };
    }
  };
  return { ended: readEnd() };
}

async function poll({ api, headers }: TwoServers, id: string): ReturnType<Wait> {
  const readEnd = async () => {
    const response = await fetch(`${api}/authorizations/${id}?wait=60`, { headers });
    const { status } = (await response.json()) as { readonly status: string };
    return { status, atMs: performance.now() };
  };
  return { ended: readEnd() };
}
