import type { Figure, Suite } from "../figure.js";
import type { Fault } from "./fault.js";
import { type LabStore, startLabPostgres, startLabRedis } from "./lab-store.js";
import { type Clocks, Lane } from "./lane.js";
import { deviationsIn, playRound } from "./round.js";
import { Tally } from "./tally.js";

const minutesVariable = "BENCH_FAULTS_MINUTES";
const defaultMinutes = 10;
const killsAndPausesAMinute = 50;
const tellEveryMs = 15_000;
const leaseMs = 1_000;
/** Lanes wait most of the time: for leases to end, for one another's refreshes. */
const lanesOfStore: readonly Clocks[] = ["right", "wrong", "right", "wrong"];
const killsAndPauses: readonly Fault[] = ["killed", "paused", "paused alone"];
/** One after the other in the places that the cycle leaves. */
const rarer: readonly Fault[] = [
  "cut from the provider",
  "cut from the store",
  "none",
  "cut from the store alone",
];
const cycle = ["killed", "paused", "paused alone", "killed", "paused", "rarer"] as const;

/** Processes killed, paused, cut off and with wrong clocks in the middle of refreshes. */
export const faultsSuite: Suite = {
  name: "faults",
  description: `processes killed, paused and cut off in the middle of refreshes, for ${defaultMinutes} minutes or ${minutesVariable}`,
  async run(tell) {
    const minutes = readMinutes(process.env[minutesVariable]);
    const endsAt = performance.now() + minutes * 60_000;
    const labStores = await Promise.all([startLabRedis(), startLabPostgres()]);
    const stores = labStores.map((labStore) => ({ labStore, tally: new Tally(labStore.name) }));
    const tallies = stores.map(({ tally }) => tally);
    const progress = setInterval(() => {
      const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
      const counts = tallies.map(
        (tally) => `${tally.rounds(...killsAndPauses)} kills and pauses on ${tally.store}`,
      );
      tell(`${counts.join(", ")}; ${left} s left`);
    }, tellEveryMs);
    try {
      await Promise.all(
        stores.flatMap(({ labStore, tally }) =>
          lanesOfStore.map((clocks, place) =>
            playLane({ labStore, tally, clocks, place, endsAt, tell }),
          ),
        ),
      );
    } finally {
      clearInterval(progress);
      await Promise.all(labStores.map((labStore) => labStore.stop()));
    }
    for (const tally of tallies) for (const line of tally.table().split("\n")) tell(line);
    return tallies.flatMap((tally) => [...tally.figures(), countFigure(tally, minutes)]);
  },
};

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
    for (let number = 0; performance.now() < endsAt; number += 1) {
      const turn = Math.floor(number / cycle.length);
      const fault = faultOf(number, turn + place);
      const commitsLate = turn % 2 === 1;
      const asked = Math.floor(turn / 2) % 2 === 0;
      const results = await playRound(lane, { fault, number, commitsLate, asked });
      if (await lane.wasHeldUp()) {
        tally.disturbed += 1;
        continue;
      }
      tally.add(fault, results);
      for (const deviation of deviationsIn(results)) {
        tell(
          `${deviation} (commits ${commitsLate ? "late" : "early"}, ${asked ? "asked" : "swept"})`,
        );
      }
    }
  } finally {
    await lane.stop();
  }
}

function faultOf(number: number, turn: number): Fault {
  const place = cycle[number % cycle.length];
  return place === undefined || place === "rarer" ? (rarer[turn % rarer.length] ?? "none") : place;
}

function countFigure(tally: Tally, minutes: number): Figure {
  return {
    name: `kills and pauses, ${tally.store}`,
    value: tally.rounds(...killsAndPauses),
    unit: "processes",
    target: { direction: "at least", value: killsAndPausesAMinute * minutes },
    detail: `each with a refresh at every step; ${tally.disturbed} rounds more do not count, for the machine held processes up`,
  };
}

function readMinutes(text: string | undefined): number {
  const minutes = text === undefined ? defaultMinutes : Number(text);
  if (minutes > 0 && Number.isFinite(minutes)) return minutes;
  throw new Error(`${minutesVariable} is "${text}" and must be a number of minutes, such as 2.`);
}
