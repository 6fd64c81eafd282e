import { generateKey } from "@rak-oauth/core";
import type { Figure, Part, Size, Suite } from "../figure.js";
import { type BenchStore, startBenchPostgres, startBenchRedis } from "./bench-stores.js";
import { measureBurst } from "./burst-figures.js";
import type { Surroundings } from "./contender.js";
import { measureExpiryWaves } from "./expiry-wave-figures.js";
import { measureHot } from "./hot-figures.js";
import { measureKilledHolder } from "./killed-holder-figures.js";
import { ourPostgres, ourRedis } from "./our-contenders.js";
import { postgresLock } from "./postgres-lock.js";
import { measureProcesses } from "./processes-figures.js";
import { redisLock } from "./redis-lock.js";
import { measureRestart } from "./restart-figures.js";
import { startTokenServer, type TokenServer } from "./token-server.js";

interface Bench {
  readonly server: TokenServer;
  readonly surroundings: Surroundings;
  readonly tell: (line: string) => void;
}

const redis = { store: "Redis", ours: ourRedis, lock: redisLock, ratio: 1.25 } as const;
const postgres = {
  store: "PostgreSQL",
  ours: ourPostgres,
  lock: postgresLock,
  ratio: 1.45,
} as const;

/** What getting a token costs: cached, expired, by many callers, by many processes, in trouble. */
export const tokenManagerSuite: Suite = {
  name: "token-manager",
  description: "hot calls, bursts, outages, many processes, a killed one, waves and restarts",
  parts: [
    part("hot", ({ surroundings }, size) => measureHot(surroundings, size)),
    part("burst", (bench, size) =>
      measureBurst(
        { ...bench, callers: 1_000, label: "1,000 callers, one process", ratio: 1.15 },
        size,
      ),
    ),
    part("crowd", (bench, size) =>
      measureBurst(
        { ...bench, callers: 10_000, label: "10,000 callers, one process", ratio: 1.8 },
        size,
      ),
    ),
    part("outage", (bench, size) =>
      measureBurst(
        {
          ...bench,
          callers: 1_000,
          label: "1,000 callers, server answers 503",
          ratio: 1.5,
          isOutage: true,
          settings: { status: 503 },
        },
        size,
      ),
    ),
    part(
      "processes-redis",
      (bench, size) => measureProcesses({ ...bench, ...redis }, size),
      startBenchRedis,
    ),
    part(
      "processes-postgres",
      (bench, size) => measureProcesses({ ...bench, ...postgres }, size),
      startBenchPostgres,
    ),
    part(
      "killed-redis",
      (bench, size) => measureKilledHolder({ ...bench, ...redis }, size),
      startBenchRedis,
    ),
    part(
      "killed-postgres",
      (bench, size) => measureKilledHolder({ ...bench, ...postgres }, size),
      startBenchPostgres,
    ),
    part(
      "wave",
      ({ server, surroundings, tell }, size) =>
        measureExpiryWaves(server, surroundings, size, tell),
      startBenchRedis,
    ),
    part(
      "restart",
      ({ server, surroundings, tell }, size) => measureRestart(server, surroundings, size, tell),
      startBenchRedis,
    ),
  ],
};

function part(
  name: string,
  measure: (bench: Bench, size: Size) => Promise<readonly Figure[]>,
  startStore?: () => Promise<BenchStore>,
): Part {
  return {
    name,
    async measure(tell, size) {
      tell(name);
      const store = await startStore?.();
      const server = await startTokenServer();
      const { origin, tokenUrl } = server;
      const { redisUrl, postgresUrl } = store ?? {};
      const keyring = `bench:${generateKey()}`;
      const surroundings = { origin, tokenUrl, redisUrl, postgresUrl, keyring };
      try {
        return await measure({ server, surroundings, tell }, size);
      } finally {
        await server.stop();
        await store?.stop();
      }
    },
  };
}
