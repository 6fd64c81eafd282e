import { expect, it } from "vitest";
import { persist, SealingError, StoreUnavailableError } from "../src/index.js";
import { errorOf } from "./error-of.js";

/** Waits for nothing, and remembers what it was asked for. */
function createScheduler() {
  const waitsMs: number[] = [];
  return { waitsMs, wait: async (delayMs: number) => void waitsMs.push(delayMs) };
}

it("TR-09 gives a store that is away some seconds to come back", async () => {
  const scheduler = createScheduler();
  let tries = 0;
  const write = async () => {
    tries += 1;
    if (tries < 3) throw new StoreUnavailableError("The store is away.");
    return "written";
  };
  expect(await persist({ scheduler, write })).toBe("written");
  expect(scheduler.waitsMs).toEqual([100, 400]);
});

it("gives up after seven seconds, and at once where waiting does not help", async () => {
  const scheduler = createScheduler();
  const away = new StoreUnavailableError("The store is away.");
  expect(await errorOf(() => persist({ scheduler, write: () => Promise.reject(away) }))).toBe(away);
  expect(scheduler.waitsMs).toEqual([100, 400, 1600, 5000]);
  const broken = new SealingError("It does not open.");
  const failing = { scheduler, write: () => Promise.reject(broken) };
  expect(await errorOf(() => persist(failing))).toBe(broken);
  expect(scheduler.waitsMs).toHaveLength(4);
});
