import {
  type CredentialChange,
  type CredentialStore,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { expect, it, vi } from "vitest";
import type { TokenManager } from "../src/index.js";
import { alice, exampleConfig, serviceOn } from "./fixtures.js";
import { hour, rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();
const leaseMs = 5_000;

/** What one process has of the store: it can be away, and its news too. */
function reachableStore() {
  let isAway = false;
  const listeners = new Set<(change: CredentialChange) => void>();
  const reachable = new Proxy<CredentialStore>(world.store, {
    get(store, name) {
      const method: unknown = Reflect.get(store, name);
      if (typeof method !== "function") return method;
      return async (...parameters: unknown[]) => {
        if (isAway) throw new StoreUnavailableError("The store is away.");
        if (name !== "watch") return method.apply(store, parameters);
        const listener = parameters[0] as (change: CredentialChange) => void;
        listeners.add(listener);
        return store.watch?.((change) => {
          if (!isAway) listener(change);
        });
      };
    },
  });
  return {
    store: reachable,
    goAway: () => {
      isAway = true;
    },
    comeBack: () => {
      isAway = false;
    },
    tell: (change: CredentialChange) => {
      for (const listener of listeners) listener(change);
    },
  };
}

/** The store's next answer comes late, and says that alice's connection was revoked. */
async function silentRead() {
  const record = await world.store.read(alice);
  if (record === undefined) throw new Error("alice is connected");
  const revoked = { ...record, status: "revoked" as const };
  let answer = () => {};
  const asked = vi.spyOn(world.store, "read").mockResolvedValue(revoked);
  asked.mockReturnValueOnce(
    new Promise((resolve) => {
      answer = () => resolve(revoked);
    }),
  );
  return { asked, answer: () => answer() };
}

function processOn(store: CredentialStore): TokenManager {
  return world.manage({ credentials: serviceOn(store, world.clock), leaseMs });
}

/** A holder whose write after a rotation meets a store that is away for everybody, past its lease. */
async function outageAfterRotation() {
  await world.connectExpired();
  const [holders, others] = [reachableStore(), reachableStore()];
  const holder = processOn(holders.store);
  const held = world.provider.hold();
  const refreshing = holder.getToken({ userId: "alice" });
  await held.arrived;
  holders.goAway();
  others.goAway();
  held.open();
  const token = await refreshing;
  const other = processOn(others.store);
  return { holder, holders, others, other, token };
}

it("ST-03 leaves the refresh token to a holder that lives, after an outage longer than its lease", async () => {
  const { holders, others, other, token } = await outageAfterRotation();
  expect(await rejection(other.getToken({ userId: "alice" }))).toMatchObject({
    code: "store_unavailable",
  });
  world.clock.advance(leaseMs + 1);
  others.comeBack();
  const asking = other.getToken({ userId: "alice" });
  const looked = vi.spyOn(world.store, "read");
  await vi.waitFor(() => expect(looked).toHaveBeenCalled());
  holders.comeBack();
  expect((await asking).secret()).toBe(token.secret());
  expect(world.provider.requests).toHaveLength(1);
  expect(world.provider.alive).toBe(true);
});

it("ST-03 takes news that do not come for an outage", async () => {
  const { holders, others, other, token } = await outageAfterRotation();
  await world.connect("bob");
  others.comeBack();
  await other.getToken({ userId: "bob" });
  others.tell({ kind: "lost" });
  world.clock.advance(leaseMs + 1);
  const asking = other.getToken({ userId: "alice" });
  holders.comeBack();
  expect((await asking).secret()).toBe(token.secret());
  expect(world.provider.requests).toHaveLength(1);
});

it("goes on by itself when the holder does not come back within a lease after the outage", async () => {
  const { holder, holders, others, other } = await outageAfterRotation();
  await rejection(other.getToken({ userId: "alice" }));
  world.clock.advance(leaseMs + 1);
  others.comeBack();
  const asking = rejection(other.getToken({ userId: "alice" }));
  const looked = vi.spyOn(world.store, "read");
  await vi.waitFor(() => expect(looked).toHaveBeenCalled());
  expect(world.provider.requests).toHaveLength(1);
  world.clock.advance(leaseMs + 1);
  await vi.waitFor(() => expect(world.provider.requests).toHaveLength(2), { timeout: 20_000 });
  // It sent what the holder had sent: it cannot know, and a grant must not wait for ever.
  world.clock.advance(leaseMs + 1);
  expect(await asking).toMatchObject({ reason: "expired" });
  holders.comeBack();
  await holder.close();
});

it("looks again when somebody's lease came and lapsed between its look and its own", async () => {
  await world.connectExpired();
  const acquire = world.store.acquireLease.bind(world.store);
  vi.spyOn(world.store, "acquireLease").mockImplementationOnce(async (key, options) => {
    await acquire(key, options);
    world.clock.advance(leaseMs + 1);
    return acquire(key, options);
  });
  const released = vi.spyOn(world.store, "releaseLease");
  const token = await processOn(world.store).getToken({ userId: "alice" });
  expect(released.mock.calls.map(([, options]) => options)).toEqual([{ sent: false }]);
  expect(token.secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-16 asks the store at once when its news do not come any more", async () => {
  await world.connectAlice();
  const there = reachableStore();
  const manager = processOn(there.store);
  await manager.getToken({ userId: "alice" });
  there.tell({ kind: "lost" });
  const asked = vi.spyOn(world.store, "read");
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect(asked).toHaveBeenCalledTimes(1);
  world.clock.advance(1_000);
  await world.store.revoke(alice);
  there.tell({ kind: "lost" });
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "revoked",
  });
});

it("goes on with good tokens while the store is away, whether it fails or is silent", async () => {
  await world.connectAlice();
  const there = reachableStore();
  const manager = processOn(there.store);
  await manager.getToken({ userId: "alice" });
  there.goAway();
  there.tell({ kind: "lost" });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  world.clock.advance(1_000);
  there.comeBack();
  const { asked, answer } = await silentRead();
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect(asked).toHaveBeenCalledTimes(1);
  // What it says in the end counts all the same.
  answer();
  await vi.waitFor(() =>
    expect(manager.getToken({ userId: "alice" })).rejects.toMatchObject({ reason: "revoked" }),
  );
});

it("takes no token for good that a caller finds not good enough, though the store is away", async () => {
  await world.connectAlice();
  const there = reachableStore();
  const manager = processOn(there.store);
  const refused = await manager.getToken({ userId: "alice" });
  world.clock.advance(hour / 2);
  there.goAway();
  there.tell({ kind: "lost" });
  for (const options of [{ forceRefresh: refused }, { minValidSeconds: 3_000 }]) {
    const request = { userId: "alice", ...options };
    expect(await rejection(manager.getToken(request))).toMatchObject({
      code: "store_unavailable",
    });
  }
});

it("forgets what it keeps when the news come again", async () => {
  await world.connectAlice();
  const there = reachableStore();
  const manager = world.manage({
    config: exampleConfig(),
    credentials: serviceOn(there.store, world.clock),
  });
  await manager.getToken({ userId: "alice" });
  there.tell({ kind: "lost" });
  there.tell({ kind: "reset" });
  const asked = vi.spyOn(world.store, "read");
  await manager.getToken({ userId: "alice" });
  world.clock.advance(2_000);
  await manager.getToken({ userId: "alice" });
  expect(asked).toHaveBeenCalledTimes(1);
});
