import { describe, expect, it } from "vitest";
import { memberAt } from "../src/index.js";

describe("memberAt", () => {
  const answer = { error: "invalid_grant", errors: [{ resource: "Athlete" }], empty: null };

  it.each([
    ["error", "invalid_grant"],
    ["errors.0.resource", "Athlete"],
    ["errors.1.resource", undefined],
    ["error.length", undefined],
    ["empty.error", undefined],
    ["nowhere.at.all", undefined],
    ["constructor.name", undefined],
    ["errors.length.constructor", undefined],
  ])("finds at %s %o", (path, expected) => {
    expect(memberAt(answer, path)).toBe(expected);
  });

  it("finds nothing in what is no object", () => {
    expect(memberAt(undefined, "error")).toBeUndefined();
    expect(memberAt("error", "length")).toBeUndefined();
  });
});
