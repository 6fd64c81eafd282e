import { afterAll, beforeAll, describe, it } from "vitest";
import type { Fault } from "../src/faults/fault.js";
import { type LabStore, startLabPostgres, startLabRedis } from "../src/faults/lab-store.js";
import { type Clocks, Lane } from "../src/faults/lane.js";
import { deviationsIn, playRound } from "../src/faults/round.js";

/*
 * The short run of the fault lab. Each round brings one process to a halt with eighteen refreshes: one
 * at each step, at a strict provider and at one with a reuse window. What may become of each grant,
 * and why, is in allowed-fate.ts.
 */
describe.each([
  { name: "Redis", start: startLabRedis },
  { name: "PostgreSQL", start: startLabPostgres },
])(
  "refreshes of one process among others on $name",
  ({ start }) => {
    let labStore: LabStore;

    beforeAll(async () => {
      labStore = await start();
    });

    afterAll(async () => {
      await labStore.stop();
    });

    /** Plays the faults one after the other and gives what should not have happened. */
    async function deviationsOf(clocks: Clocks, ...faults: Fault[]): Promise<readonly string[]> {
      const leaseMs = faults.includes("store away for all") ? 1_000 : undefined;
      const lane = await Lane.start({ labStore, clocks, survivors: 1, leaseMs });
      try {
        const deviations: string[] = [];
        for (const [number, fault] of faults.entries()) {
          const isFirst = faults.indexOf(fault) === number;
          const options = { fault, number, commitsLate: !isFirst, asked: isFirst };
          deviations.push(...deviationsIn(await playRound(lane, options)));
        }
        return deviations;
      } finally {
        await lane.stop();
      }
    }

    it.concurrent("TM-08 killed at any step, lose no grant but what the provider ends", async ({
      expect,
    }) => {
      expect(await deviationsOf("right", "killed", "killed")).toEqual([]);
    });

    it.concurrent("TM-09 halted, or paused past the lease, destroy nothing newer", async ({
      expect,
    }) => {
      expect(
        await deviationsOf("right", ...(["none", "paused", "paused", "paused alone"] as const)),
      ).toEqual([]);
    });

    it.concurrent("TM-12 with clocks hours apart, come to the same", async ({ expect }) => {
      expect(await deviationsOf("wrong", "killed", "paused", "paused alone")).toEqual([]);
    });

    it.concurrent("cut from the provider, lose no grant but what the provider ends", async ({
      expect,
    }) => {
      const fault = "cut from the provider";
      expect(await deviationsOf("right", fault, fault)).toEqual([]);
    });

    it.concurrent("ST-03 cut from the store, write what they rotated when it is back", async ({
      expect,
    }) => {
      const faults = ["cut from the store", "cut from the store alone"] as const;
      expect(await deviationsOf("right", ...faults)).toEqual([]);
    });

    it.concurrent("ST-03 lose nothing when the store is away for everybody", async ({ expect }) => {
      const fault = "store away for all";
      expect(await deviationsOf("right", fault, fault)).toEqual([]);
    });
  },
  180_000,
);
