import { AccessToken } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { TokenCache, toCachedToken } from "../src/token-cache.js";

const now = Date.parse("2026-01-01T00:00:00Z");

function cached(name: string, lifetimeSeconds = 3600) {
  const token = new AccessToken(name, { expiresAt: new Date(now + lifetimeSeconds * 1000) });
  return toCachedToken({ token, lifetimeSeconds, refreshed: false }, now);
}

it("TM-14 spreads the refreshes of tokens that expire together over half of their window", () => {
  const moments = Array.from({ length: 500 }, () => cached("t").refreshAtMs - now);
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(3_300_000);
  expect(Math.max(...moments)).toBeLessThanOrEqual(3_450_000);
  expect(new Set(moments).size).toBeGreaterThan(400);
});

it("never refreshes in the background what is not known to expire", () => {
  const token = new AccessToken("t");
  const kept = toCachedToken({ token, refreshed: false }, now);
  expect(kept).toMatchObject({ expiresAtMs: Infinity, refreshAtMs: Infinity });
});

it("forgets all tokens of a credential, and none of another", () => {
  const cache = new TokenCache(10);
  cache.set("alice", "id-of-alice", cached("1"));
  cache.set("alice at a.example", "id-of-alice", cached("2"));
  cache.set("bob", "id-of-bob", cached("3"));
  cache.deleteById("id-of-alice");
  expect(cache.get("alice")).toBeUndefined();
  expect(cache.get("alice at a.example")).toBeUndefined();
  expect(cache.get("bob")?.token.secret()).toBe("3");
});
