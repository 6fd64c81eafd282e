import { expect, it } from "vitest";
import { cacheSlot } from "../src/cache-slot.js";

it("TM-03 no user's identifier names the slot of somebody else, whatever it holds", () => {
  const others = [
    { tenantId: "acme", userId: "bob" },
    { userId: "bob", account: "work" },
    { tenantId: "", userId: "bob" },
  ].map((subject) => cacheSlot(subject, undefined, undefined));
  for (const slot of others)
    expect(cacheSlot({ userId: slot }, undefined, undefined)).not.toBe(slot);
  expect(new Set(others).size).toBe(others.length);
});
