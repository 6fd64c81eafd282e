import { describe, expect, it } from "vitest";
import { takeTurns } from "../src/take-turns.js";

describe("turns", () => {
  const turn = (name: string, values: number[], order: string[] = []) => ({
    name,
    measure: async () => {
      order.push(name);
      return values.shift() ?? Number.NaN;
    },
  });

  it("are compared round by round, warm-ups left out", async () => {
    const results = await takeTurns({ count: 3, warmUps: 1 }, [
      turn("ours", [99, 30, 300, 6]),
      turn("floor", [1, 10, 100, 2]),
    ]);
    expect(results.ratio("ours", "floor")).toBe(3);
    expect(results.median("ours")).toBe(30);
  });

  it("begin with another one each round", async () => {
    const order: string[] = [];
    const turns = ["a", "b", "c"].map((name) => turn(name, [1, 1, 1], order));
    await takeTurns({ count: 2, warmUps: 1 }, turns);
    expect(order.join("")).toBe("abcbcacab");
  });
});
