import { describe, expect, it } from "vitest";
import { reachesTarget } from "../src/figure.js";
import { interleave } from "../src/interleave.js";
import { toTable } from "../src/report.js";
import { median, percentile } from "../src/statistics.js";

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is refused", () => {
    expect(() => median([])).toThrow("nothing");
  });
});

describe("percentile", () => {
  const upTo100 = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [upTo100, 99, 99],
    [upTo100, 100, 100],
    [[7], 99, 7],
    [[1, 2, 3], 50, 2],
  ])("of %j at %d is %d", (values, percent, expected) => {
    expect(percentile(values, percent)).toBe(expected);
  });

  it("of nothing is refused", () => {
    expect(() => percentile([], 99)).toThrow("nothing");
  });
});

describe("a contest", () => {
  it("compares round by round, so that a slow spell of the machine meets both sides", async () => {
    const ours = [1, 30, 300, 6];
    const floor = [1, 10, 100, 2];
    const next = (values: number[]) => async () => values.shift() ?? Number.NaN;
    const result = await interleave({ rounds: 3, ours: next(ours), floor: next(floor) });
    expect(result).toEqual({ ratio: 3, ours: 30, floor: 10 });
  });
});

describe("a target", () => {
  const figure = { name: "read", value: 1.3, unit: "×", detail: "" };

  it("is reached on its good side, its value included", () => {
    expect(reachesTarget({ ...figure, target: { direction: "at most", value: 1.3 } })).toBe(true);
    expect(reachesTarget({ ...figure, target: { direction: "at most", value: 1.2 } })).toBe(false);
    expect(reachesTarget({ ...figure, target: { direction: "at least", value: 1.4 } })).toBe(false);
    expect(reachesTarget(figure)).toBe(true);
  });

  it("is shown beside the value", () => {
    const table = toTable([{ ...figure, target: { direction: "at most", value: 1.2 } }]);
    expect(table).toContain("1.30 ×");
    expect(table).toContain("≤ 1.20 ×");
    expect(table).toContain("✗");
  });
});
