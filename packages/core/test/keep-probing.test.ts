import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepProbing } from "../src/index.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection whose answers come when told to, and what was said of it. */
function probed(): { told: string[]; answers: (() => void)[]; stop: () => void } {
  const told: string[] = [];
  const answers: (() => void)[] = [];
  const stop = keepProbing({
    ask: () => new Promise<void>((resolve) => answers.push(resolve)),
    onSilent: () => told.push("silent"),
    onHeard: () => told.push("heard"),
    onDead: () => told.push("dead"),
  });
  return { told, answers, stop };
}

it("says nothing of a connection that answers, and asks it twice a second", async () => {
  const { told, answers, stop } = probed();
  for (let asked = 1; asked <= 4; asked += 1) {
    await vi.advanceTimersByTimeAsync(500);
    expect(answers).toHaveLength(asked);
    answers.at(-1)?.();
  }
  expect(told).toEqual([]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveLength(4);
});

it("tells within a second that a connection is silent, and when it is heard again", async () => {
  const { told, answers, stop } = probed();
  await vi.advanceTimersByTimeAsync(1_001);
  expect(told).toEqual(["silent"]);
  answers.at(-1)?.();
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual(["silent", "heard"]);
  answers.at(-1)?.();
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toEqual(["silent", "heard"]);
  stop();
});

it("lets an answer in that came while the process was held up", async () => {
  const { told, answers, stop } = probed();
  await vi.advanceTimersByTimeAsync(500);
  // Timers come before what a connection brings, and setImmediate after it.
  vi.advanceTimersByTime(500);
  answers.at(-1)?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual([]);
  stop();
});

it("gives up a connection that is silent for ten seconds, and asks it no more", async () => {
  const { told, answers } = probed();
  await vi.advanceTimersByTimeAsync(10_501);
  expect(told).toEqual(["silent", "dead"]);
  answers.at(-1)?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(["silent", "dead"]);
  expect(answers).toHaveLength(1);
});

it("gives up a connection that cannot be asked", async () => {
  const told: string[] = [];
  keepProbing({
    ask: () => Promise.reject(new Error("closed")),
    onSilent: () => told.push("silent"),
    onHeard: () => told.push("heard"),
    onDead: () => told.push("dead"),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(["dead"]);
});
