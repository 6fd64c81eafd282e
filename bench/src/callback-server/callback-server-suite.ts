import { setTimeout as delay } from "node:timers/promises";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { startRedis } from "@rak-oauth/test-kit";
import { atMost, type Figure, type Suite } from "../figure.js";
import { median, percentile } from "../statistics.js";
import { type Browser, get, openLink } from "./browsers.js";
import { startMeasuredDeployment } from "./measured-deployment.js";
import { type MeasuredServer, startMeasuredServer } from "./measured-server.js";

/** What the provider takes for each code, in milliseconds: 100 flows at once are 100 a second then. */
const providerMs = 1000;
const flowsAtOnce = 100;
const seconds = 5;
const starts = 5;
const settleMs = 3000;

/** What people and agents feel of the server, and what it costs. */
export const callbackServerSuite: Suite = {
  name: "callback-server",
  description: "callbacks, news to agents, start, memory and pages of the callback server",
  parts: [
    { name: "start", measure: measureStarts },
    { name: "callbacks", measure: (tell) => onServer(tell, measureCallbacks) },
    { name: "news", measure: (tell) => onServer(tell, measureNews) },
    { name: "pages", measure: (tell) => onServer(tell, measurePages) },
  ],
};

/** A server that runs, and an agent in this process. */
interface World {
  readonly server: MeasuredServer;
  readonly agent: AuthorizationCodeFlow;
  readonly issuer: string;
}

async function onServer(
  tell: (line: string) => void,
  measure: (world: World) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const { settings, port, issuer, openAgent, stop } = await startMeasuredDeployment(providerMs);
  try {
    tell("starting the server on PostgreSQL");
    const server = await startMeasuredServer(settings, port);
    try {
      tell(measure.name);
      return await measure({ server, issuer, agent: openAgent() });
    } finally {
      await server.stop();
    }
  } finally {
    await stop();
  }
}

async function measureStarts(tell: (line: string) => void): Promise<readonly Figure[]> {
  const deployment = await startMeasuredDeployment(providerMs);
  const redis = await startRedis({ ignoreEnvironment: true });
  try {
    tell("starting the server on PostgreSQL, first for its tables");
    await (await startMeasuredServer(deployment.settings)).stop();
    const { DATABASE_URL: _, ...others } = deployment.settings;
    return [
      ...(await startAndMemory("PostgreSQL", deployment.settings)),
      ...(await startAndMemory("Redis", { ...others, REDIS_URL: redis.url })),
    ];
  } finally {
    await redis.stop();
    await deployment.stop();
  }
}

async function startAndMemory(
  database: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly Figure[]> {
  const startsMs: number[] = [];
  const cpusMs: number[] = [];
  const memories: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const server = await startMeasuredServer(settings);
    startsMs.push(server.startMs);
    cpusMs.push(await server.cpuMs());
    await delay(settleMs);
    memories.push(await server.memoryMb());
    await server.stop();
  }
  return [
    {
      name: `start to ready, ${database}`,
      value: median(startsMs) / 1000,
      unit: "s",
      target: atMost(1),
      detail: `median of ${starts} starts of the built server, slowest ${(Math.max(...startsMs) / 1000).toFixed(2)} s; ${(median(cpusMs) / 1000).toFixed(2)} s of CPU`,
    },
    {
      name: `idle memory, ${database}`,
      value: median(memories),
      unit: "MB",
      target: atMost(120),
      detail: `resident, ${settleMs / 1000} s after it was ready, median of ${starts}`,
    },
  ];
}

async function measureCallbacks(world: World): Promise<readonly Figure[]> {
  // The first two seconds are for the compiler and the pools: one to go to the provider, one to return.
  const warmUps = 2 * flowsAtOnce;
  const browsers = await open(warmUps + seconds * flowsAtOnce, "at-once", world);
  const total = browsers.length;
  const cpuBeforeMs = await world.server.cpuMs();
  const times: number[] = [];
  await Promise.all(
    browsers.map(async ({ comeBack }, index) => {
      // One after the other whatever becomes of those before, as people come.
      await delay((index * providerMs) / flowsAtOnce);
      const { tookMs } = await comeBack();
      if (index >= warmUps) times.push(tookMs - providerMs);
    }),
  );
  const cpuMs = ((await world.server.cpuMs()) - cpuBeforeMs) / total;
  return [
    {
      name: "callback beyond the provider's time, PostgreSQL, p99",
      value: percentile(times, 99),
      unit: "ms",
      target: atMost(15),
      detail: `${times.length} callbacks, ${flowsAtOnce} under way at once, the provider takes ${providerMs} ms; p50 ${median(times).toFixed(1)} ms, ${cpuMs.toFixed(1)} ms of CPU each`,
    },
  ];
}

async function measureNews(world: World): Promise<readonly Figure[]> {
  const browsers = await open(20, "news", world);
  const lateMs = await Promise.all(
    browsers.map(async ({ id, comeBack }) => {
      const told = world.agent.waitForAuthorization(id).then(() => performance.now());
      await comeBack();
      const answered = performance.now();
      return Math.max(0, (await told) - answered);
    }),
  );
  return [
    {
      name: "an agent in another process learns of it",
      value: Math.max(...lateMs),
      unit: "ms",
      target: atMost(200),
      detail: `after the browser has its page, the slowest of ${lateMs.length} at once; median ${median(lateMs).toFixed(1)} ms`,
    },
  ];
}

async function measurePages(world: World): Promise<readonly Figure[]> {
  const [browser] = await open(1, "pages", world);
  const connected = (await browser?.comeBack())?.page ?? "";
  const paths = ["/", "/nowhere", "/oauth2/connect", "/oauth2/callback/calendar?code=a&state=b"];
  const others = await Promise.all(
    paths.map(
      async (path) => (await get(`${world.server.origin}${path}`, { accept: "text/html" })).page,
    ),
  );
  const all = [connected, ...others];
  const foreign = all.flatMap((page) => [
    ...page.matchAll(/(?:src|srcset|action|@import|url\(|<link[^>]*href)[\s="'(]*https?:\/\//g),
  ]);
  return [
    {
      name: "largest page",
      value: Math.max(...all.map((page) => Buffer.byteLength(page))) / 1000,
      unit: "kB",
      target: atMost(20),
      detail: `of ${all.length}, not compressed, with their style`,
    },
    {
      name: "requests of pages to other origins",
      value: foreign.length,
      unit: "requests",
      target: atMost(0),
      detail: "as written in the pages; their policy forbids them besides",
    },
  ];
}

async function open(count: number, name: string, { agent, issuer }: World): Promise<Browser[]> {
  const browsers: Browser[] = [];
  for (let index = 0; index < count; index += 1) {
    const { url, id } = await agent.start({ provider: "calendar", userId: `${name}-${index}` });
    browsers.push(await openLink(url, id, issuer));
  }
  return browsers;
}
