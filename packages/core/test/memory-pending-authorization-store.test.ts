import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { MemoryPendingAuthorizationStore } from "../src/index.js";
import { ManualClock } from "./manual-clock.js";

const minute = 60_000;
const authorization = {
  stateHash: "state",
  joinKey: "join",
  key: { userId: "alice", provider: "example" },
  sealed: new Uint8Array(8),
  keyId: "test",
};

it.each([-24 * 60 * minute, 24 * 60 * minute])(
  "AC-05 expires by the store's clock alone, here %i ms off",
  async (off) => {
    const clock = new ManualClock(Date.now() + off);
    const store = new MemoryPendingAuthorizationStore({ clock });
    const id = randomUUID();
    await store.open({ ...authorization, id }, { ttlMs: 10 * minute, joinIfRemainingMs: minute });
    clock.advance(10 * minute - 1);
    expect((await store.find("state"))?.id).toBe(id);
    clock.advance(2);
    expect(await store.take("state")).toBeUndefined();
  },
);

it("is taken up to its last moment, and its outcome stays readable for as long again", async () => {
  const clock = new ManualClock();
  const store = new MemoryPendingAuthorizationStore({ clock });
  const id = randomUUID();
  await store.open({ ...authorization, id }, { ttlMs: 10 * minute, joinIfRemainingMs: minute });
  clock.advance(10 * minute - 1);
  expect(await store.take("state")).toMatchObject({ id, status: "taken" });
  await store.settle(id, { status: "completed" });
  clock.advance(10 * minute - 1);
  expect(await store.read(id)).toMatchObject({ status: "completed" });
  clock.advance(2 * minute);
  expect(await store.read(id)).toBeUndefined();
});
