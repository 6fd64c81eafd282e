import { StoreUnavailableError } from "@rak-oauth/core";
import { pino } from "pino";
import { expect, it } from "vitest";
import { endExpired } from "../src/end-expired.js";

const key = { tenantId: "acme", userId: "alice", provider: "calendar" };

function endWith(flow: Parameters<typeof endExpired>[0]["flow"]) {
  const lines: string[] = [];
  const expired: string[] = [];
  let forgotten = 0;
  const ended = endExpired({
    flow,
    pendingAuthorizations: {
      deleteExpired: async () => {
        forgotten += 1;
        return 0;
      },
    },
    flows: { expired: (provider) => void expired.push(provider) },
    logger: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
  });
  return ended.then(() => ({ lines, expired, forgotten }));
}

it("says of each unconfirmed authorization whether its access was really revoked", async () => {
  const { lines, expired, forgotten } = await endWith({
    revokeUnconfirmed: async () => [
      { key, revoked: true },
      { key: { ...key, userId: "bob" }, revoked: false },
    ],
  });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, userId: "alice", revoked: true, msg: expect.stringContaining("was revoked") },
    { level: 40, userId: "bob", revoked: false, msg: expect.stringContaining("may live on") },
  ]);
  expect(expired).toEqual(["calendar", "calendar"]);
  expect(forgotten).toBe(1);
});

it("survives a store that is away, and says so", async () => {
  const { lines } = await endWith({
    revokeUnconfirmed: () => Promise.reject(new StoreUnavailableError("The store is away.")),
  });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: 40,
    error: { code: "store_unavailable" },
  });
});
