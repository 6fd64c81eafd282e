import { describe, expect, it } from "vitest";
import { serveCallers } from "../src/token-manager/callers.js";

describe("callers who ask at once", () => {
  it("count as failed when they are refused", async () => {
    let calls = 0;
    const getToken = async () => {
      calls += 1;
      if (calls > 3) throw new Error("refused");
      return "token";
    };
    expect((await serveCallers(5, getToken)).failed).toBe(2);
  });

  it("count as failed when they get another token than the first", async () => {
    const tokens = ["one", "one", "two"];
    expect((await serveCallers(3, async () => tokens.shift() ?? "")).failed).toBe(1);
  });
});
