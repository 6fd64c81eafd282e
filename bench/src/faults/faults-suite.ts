import { setTimeout as delay } from "node:timers/promises";
import type { Figure, Part, Size, Suite } from "../figure.js";
import type { Fault } from "./fault.js";
import { type LabStore, startLabPostgres, startLabRedis } from "./lab-store.js";
import { type Clocks, Lane } from "./lane.js";
import { deviationsIn, playRound } from "./round.js";
import { Tally } from "./tally.js";

const minutesVariable = "BENCH_FAULTS_MINUTES";
const fullMinutes = 10;
const quickMinutes = 1;
const leastKillsAndPauses = 500;
const tellEveryMs = 15_000;
/** A round takes seconds; one that waits for the longest limit there is takes little more than a minute. */
const roundLimitMs = 180_000;
const leaseMs = 1_000;
/** Lanes wait most of the time: for leases to end, for one another's refreshes. */
const lanes: readonly Clocks[] = ["right", "wrong", "right", "wrong", "right", "wrong"];
const killsAndPauses: readonly Fault[] = ["killed", "paused", "paused alone"];
/** One after the other in the place that the cycle leaves. */
const rarer: readonly Fault[] = [
  "cut from the provider",
  "cut from the store",
  "none",
  "cut from the store alone",
  "store away for all",
];
const cycle = ["killed", "paused", "paused alone", "killed", "paused", "rarer"] as const;

/** Processes killed, paused, cut off and with wrong clocks in the middle of refreshes. */
export const faultsSuite: Suite = {
  name: "faults",
  description: `processes killed, paused and cut off in mid-refresh, for ${fullMinutes} minutes on each store, or ${minutesVariable}`,
  parts: [part("faults-redis", startLabRedis), part("faults-postgres", startLabPostgres)],
};

function part(name: string, start: () => Promise<LabStore>): Part {
  return {
    name,
    async measure(tell, size) {
      const minutes = readMinutes(process.env[minutesVariable], size);
      const labStore = await start();
      const tally = new Tally(labStore.name);
      const endsAt = performance.now() + minutes * 60_000;
      const progress = setInterval(() => {
        const secondsLeft = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
        const count = tally.rounds(...killsAndPauses);
        tell(`${labStore.name}: ${count} kills and pauses; ${secondsLeft} s left`);
      }, tellEveryMs);
      try {
        await Promise.all(
          lanes.map((clocks, place) => playLane({ labStore, tally, clocks, place, endsAt, tell })),
        );
      } finally {
        clearInterval(progress);
        await labStore.stop();
      }
      for (const line of tally.table().split("\n")) tell(line);
      return [...tally.figures(), countFigure(tally, minutes, size)];
    },
  };
}

async function playLane(options: {
  readonly labStore: LabStore;
  readonly clocks: Clocks;
  readonly tally: Tally;
  readonly place: number;
  readonly endsAt: number;
  readonly tell: (line: string) => void;
}): Promise<void> {
  const { labStore, clocks, tally, place, endsAt, tell } = options;
  const lane = await Lane.start({ labStore, clocks, leaseMs });
  try {
    // Lanes begin at different places of the cycle, so that a short run meets every fault.
    for (let number = place; performance.now() < endsAt; number += 1) {
      const turn = Math.floor(number / cycle.length);
      const fault = faultOf(number, turn + place);
      const commitsLate = turn % 2 === 1;
      const asked = Math.floor(turn / 2) % 2 === 0;
      const results = await withinLimit(
        playRound(lane, { fault, number, commitsLate, asked }),
        `${labStore.name}, ${clocks} clocks: a round of "${fault}"`,
      );
      if (await lane.wasHeldUp()) {
        tally.disturbed += 1;
        continue;
      }
      tally.add(fault, results);
      const how = `commits ${commitsLate ? "late" : "early"}, ${asked ? "asked" : "swept"}`;
      for (const deviation of deviationsIn(results)) tell(`${deviation} (${how})`);
    }
  } finally {
    await lane.stop();
  }
}

/** Something that waits for ever is found and named. */
async function withinLimit<Result>(round: Promise<Result>, name: string): Promise<Result> {
  const limit = new AbortController();
  const over = delay(roundLimitMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`${name} did not end within ${roundLimitMs / 1000} s.`);
  });
  try {
    return await Promise.race([round, over]);
  } finally {
    limit.abort();
    over.catch(() => undefined);
  }
}

function faultOf(number: number, turn: number): Fault {
  const place = cycle[number % cycle.length];
  return place === undefined || place === "rarer" ? (rarer[turn % rarer.length] ?? "none") : place;
}

function countFigure(tally: Tally, minutes: number, size: Size): Figure {
  const least = Math.round((leastKillsAndPauses * minutes) / fullMinutes);
  return {
    name: `kills and pauses, ${tally.store}`,
    value: tally.rounds(...killsAndPauses),
    unit: "processes",
    target: size === "full" ? { direction: "at least", value: least } : undefined,
    detail: `each with a refresh at every step; ${tally.disturbed} rounds more do not count, for the machine held processes up`,
  };
}

function readMinutes(text: string | undefined, size: Size): number {
  if (size === "quick") return quickMinutes;
  const minutes = text === undefined ? fullMinutes : Number(text);
  if (minutes > 0 && Number.isFinite(minutes)) return minutes;
  throw new Error(`${minutesVariable} is "${text}" and must be a number of minutes, such as 2.`);
}
