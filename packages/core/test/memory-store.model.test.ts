import { describe, expect, it } from "vitest";
import { MemoryCredentialStore } from "../src/index.js";
import { describeCredentialStoreModel } from "../src/testing/index.js";
import { type HistoryStep, isLinearizable } from "../src/testing/linearizability.js";

const store = new MemoryCredentialStore();
describeCredentialStoreModel("MemoryCredentialStore", { createClient: () => store, runs: 300 });

describe("the linearizability check", () => {
  const seen = { status: "active", epoch: 1, leased: true, backingOff: false } as const;
  const put: HistoryStep = {
    id: 0,
    operation: { kind: "put" },
    fingerprint: "p0",
    calledAt: 0,
    answeredAt: 1,
    answer: undefined,
  };
  const acquire = (id: number, calledAt: number, answeredAt: number): HistoryStep => ({
    id,
    operation: { kind: "acquire", seen: "p0", lease: "long" },
    fingerprint: "",
    calledAt,
    answeredAt,
    answer: { ...seen, fingerprint: "p0", spendCount: 1 },
  });

  it("accepts a history that some order explains", () => {
    const refused = { ...acquire(2, 2, 4), answer: undefined };
    expect(isLinearizable([put, acquire(1, 3, 5), refused])).toBe(true);
  });

  it("rejects two leases at once", () => {
    expect(isLinearizable([put, acquire(1, 2, 4), acquire(2, 3, 5)])).toBe(false);
  });

  it("rejects two claims at once, and claims missed with nobody about", () => {
    const lapsed: HistoryStep = {
      ...acquire(1, 2, 3),
      operation: { kind: "acquire", seen: "p0", lease: "over" },
      answer: { ...seen, leased: false, fingerprint: "p0", spendCount: 1 },
    };
    const claim = (id: number, answer: boolean): HistoryStep => ({
      id,
      operation: { kind: "claimOrphans", claim: "long" },
      fingerprint: "",
      calledAt: 4 + id,
      answeredAt: 8 + id,
      answer,
    });
    expect(isLinearizable([put, lapsed, claim(2, true), claim(3, false)])).toBe(true);
    expect(isLinearizable([put, lapsed, claim(2, false), claim(3, false)])).toBe(true);
    expect(isLinearizable([put, lapsed, claim(2, true), claim(3, true)])).toBe(false);
    expect(isLinearizable([put, lapsed, claim(2, false)])).toBe(false);
  });

  it("rejects an answer from before an earlier write", () => {
    const stale = {
      ...put,
      id: 1,
      operation: { kind: "read" },
      calledAt: 2,
      answeredAt: 3,
    } as const;
    expect(isLinearizable([put, stale])).toBe(false);
    expect(isLinearizable([{ ...put, answeredAt: 4 }, stale])).toBe(true);
  });
});
