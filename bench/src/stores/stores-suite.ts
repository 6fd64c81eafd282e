import { atMost, type Figure, type Suite } from "../figure.js";
import { alternate, interleave, ratePerSecond } from "../interleave.js";
import { measurePostgres } from "./measured-postgres.js";
import { measureRedis } from "./measured-redis.js";
import { type MeasuredStore, recordCount } from "./measured-store.js";
import { measureMemory } from "./memory-figure.js";
import { measureResealing } from "./resealing-figure.js";
import { sampleJsonBytes, sampleKey } from "./sample-credentials.js";

const targets = {
  Redis: { single: 1.3, burst: 0.45 },
  PostgreSQL: { single: 1.8, burst: 1.2 },
} as const;

/** What storage costs: reads, bytes, memory, re-sealing. */
export const storesSuite: Suite = {
  name: "stores",
  description: "sealed reads, bytes at rest, memory and re-sealing on Redis and PostgreSQL",
  parts: [
    { name: "redis", measure: (tell) => measureReads(measureRedis, tell) },
    { name: "postgres", measure: (tell) => measureReads(measurePostgres, tell) },
    { name: "memory", measure: async (tell) => [await measureMemory(tell)] },
    { name: "resealing", measure: async (tell) => [await measureResealing(tell)] },
  ],
};

async function measureReads(
  start: () => Promise<MeasuredStore>,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  tell(`filling ${recordCount} credentials (${start.name})`);
  const measured = await start();
  try {
    tell(`reading from ${measured.name}`);
    return [await singleRead(measured), await burst(measured), await bytes(measured)];
  } finally {
    await measured.stop();
  }
}

async function singleRead(measured: MeasuredStore): Promise<Figure> {
  const result = await alternate(
    recordCount,
    (index) => measured.credentials.read(sampleKey(index)),
    (index) => measured.readFloor(index),
  );
  return {
    name: `one sealed read, ${measured.name}, p50`,
    value: result.ratio,
    unit: "×",
    target: atMost(targets[measured.name].single),
    detail: `${result.ours.toFixed(0)} µs against ${result.floor.toFixed(0)} µs of the bare driver`,
  };
}

async function burst(measured: MeasuredStore): Promise<Figure> {
  const result = await interleave({
    rounds: 9,
    ours: () => ratePerSecond(recordCount, (index) => measured.credentials.read(sampleKey(index))),
    floor: () => ratePerSecond(recordCount, (index) => measured.readFloor(index)),
  });
  return {
    name: `10,000 distinct reads at once, ${measured.name}`,
    value: result.ratio,
    unit: "×",
    target: { direction: "at least", value: targets[measured.name].burst },
    detail: `${result.ours.toFixed(0)}/s against ${result.floor.toFixed(0)}/s of the bare driver`,
  };
}

async function bytes(measured: MeasuredStore): Promise<Figure> {
  const atRest = await measured.bytesAtRest();
  return {
    name: `bytes at rest a credential, ${measured.name}`,
    value: atRest.bytes / sampleJsonBytes,
    unit: "×",
    target: atMost(1.45),
    detail: `${atRest.bytes.toFixed(0)} bytes for ${sampleJsonBytes} of JSON: ${atRest.detail}`,
  };
}
