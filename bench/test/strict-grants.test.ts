import { describe, expect, it } from "vitest";
import { StrictGrants, tokensOf } from "../src/token-manager/strict-grants.js";

describe("a strict family of refresh tokens", () => {
  const first = tokensOf("alice").refreshToken;

  it("rotates: each refresh token gives the next one", () => {
    const grants = new StrictGrants();
    const second = grants.spend(first, 0)?.refreshToken ?? "";
    expect(second).toBe(tokensOf("alice", 1).refreshToken);
    expect(grants.spend(second, 0)).toEqual(tokensOf("alice", 2));
    expect(grants.report("alice").alive).toBe(true);
  });

  it("dies when a spent refresh token comes again, and takes its living one along", () => {
    const grants = new StrictGrants();
    const second = grants.spend(first, 0)?.refreshToken ?? "";
    expect(grants.spend(first, 0)).toBeUndefined();
    expect(grants.spend(second, 0)).toBeUndefined();
    expect(grants.report("alice").alive).toBe(false);
    expect(grants.countDead()).toBe(1);
  });

  it("within its reuse window, gives the same successor again", () => {
    const grants = new StrictGrants();
    grants.open("alice", { reuseWindowMs: 1000 });
    const second = grants.spend(first, 0);
    expect(grants.spend(first, 999)).toEqual(second);
    expect(grants.spend(first, 1000)).toBeUndefined();
  });

  it("counts its requests apart from those of others", () => {
    const grants = new StrictGrants();
    grants.arrive(first);
    grants.arrive(first);
    grants.arrive(tokensOf("bob").refreshToken);
    expect(grants.report("alice").requests).toBe(2);
    expect(grants.report("bob").requests).toBe(1);
  });
});
