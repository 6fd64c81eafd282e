import {
  AccessToken,
  type CredentialChange,
  type CredentialStore,
  OAuth2Error,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import type { TokenManager } from "../src/index.js";
import { alice, exampleConfig, serviceOn } from "./fixtures.js";
import { hour, rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();
const leaseMs = 5_000;

const writes = new Set(["acquireLease", "renewLease", "commit", "releaseLease"]);

/** What one process has of the store: it can be away, and its news too. */
function reachableStore() {
  let isAway = false;
  let refusal: Error | undefined;
  const listeners = new Set<(change: CredentialChange) => void>();
  const reachable = new Proxy<CredentialStore>(world.store, {
    get(store, name) {
      const method: unknown = Reflect.get(store, name);
      if (typeof method !== "function") return method;
      return async (...parameters: unknown[]) => {
        if (isAway) throw new StoreUnavailableError("The store is away.");
        if (refusal !== undefined && writes.has(String(name))) throw refusal;
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
    refuseWrites: (error: Error) => {
      refusal = error;
    },
    comeBack: () => {
      isAway = false;
      refusal = undefined;
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

/** The store's next answer comes late, with what is stored now. */
async function heldRead() {
  const record = await world.store.read(alice);
  let answer = () => {};
  const held = new Promise<typeof record>((resolve) => {
    answer = () => resolve(record);
  });
  vi.spyOn(world.store, "read").mockReturnValueOnce(held);
  return () => answer();
}

function processOn(store: CredentialStore): TokenManager {
  return world.manage({ credentials: serviceOn(store, world.clock), leaseMs });
}

type Reachable = ReturnType<typeof reachableStore>;

/** A process that keeps alice's token, and its store. */
async function servedAlice() {
  await world.connectAlice();
  const there = reachableStore();
  const manager = processOn(there.store);
  await manager.getToken({ userId: "alice" });
  return { there, manager };
}

/** A holder whose write after a rotation meets a store that is away for everybody, past its lease. */
async function outageAfterRotation(end = (store: Reachable) => store.goAway()) {
  await world.connectExpired();
  const [holders, others] = [reachableStore(), reachableStore()];
  const holder = processOn(holders.store);
  const held = world.provider.hold();
  const refreshing = holder.getToken({ userId: "alice" });
  await held.arrived;
  end(holders);
  end(others);
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

it.each([
  new StoreUnavailableError("The store takes no writes."),
  new OAuth2Error("store_misconfigured", "The store is a replica."),
])("ST-03 takes a store that can only be read for away: %s", async (refusal) => {
  const { holders, others, other, token } = await outageAfterRotation((store) =>
    store.refuseWrites(refusal),
  );
  world.clock.advance(leaseMs + 1);
  expect(await rejection(other.getToken({ userId: "alice" }))).toBe(refusal);
  others.comeBack();
  const asking = other.getToken({ userId: "alice" });
  const looked = vi.spyOn(world.store, "read");
  await vi.waitFor(() => expect(looked).toHaveBeenCalled());
  holders.comeBack();
  expect((await asking).secret()).toBe(token.secret());
  expect(world.provider.requests).toHaveLength(1);
});

it("makes nobody wait for a call of the store that failed once", async () => {
  await world.connectExpired();
  await world.connect("bob");
  const there = reachableStore();
  const manager = processOn(there.store);
  world.provider.answerNext(() => new HttpResponse(null, { status: 503 }));
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({ status: 503 });
  world.clock.advance(60_000);
  await manager.getToken({ userId: "bob" });
  there.goAway();
  await rejection(manager.getToken({ userId: "carol" }));
  there.comeBack();
  expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(2);
});

it("gives a refreshed token though the store does not say whether it has taken it", async () => {
  await world.connectExpired();
  const commit = world.store.commit.bind(world.store);
  let write = () => {};
  vi.spyOn(world.store, "commit").mockImplementationOnce(
    (...parameters) =>
      new Promise((resolve) => {
        write = () => resolve(commit(...parameters));
      }),
  );
  const manager = processOn(world.store);
  const token = await manager.getToken({ userId: "alice" });
  write();
  await manager.close();
  expect((await processOn(world.store).getToken({ userId: "alice" })).secret()).toBe(
    token.secret(),
  );
  expect(world.provider.requests).toHaveLength(1);
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
  const { there, manager } = await servedAlice();
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
  const { there, manager } = await servedAlice();
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

it("takes another look when the news come again before the store has answered", async () => {
  const { there, manager } = await servedAlice();
  there.tell({ kind: "lost" });
  const answer = await heldRead();
  const asking = manager.getToken({ userId: "alice" });
  there.tell({ kind: "reset" });
  expect((await asking).secret()).toBe("access-alice");
  answer();
});

it("lets nobody who comes after a change share a look from before it", async () => {
  const { there, manager } = await servedAlice();
  there.tell({ kind: "reset" });
  const answer = await heldRead();
  const earlier = manager.getToken({ userId: "alice" });
  await world.store.revoke(alice);
  there.tell({ kind: "reset" });
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "revoked",
  });
  answer();
  expect((await earlier).secret()).toBe("access-alice");
});

it("TM-16 asks a store without news each second, also while a token is being refreshed", async () => {
  await world.connectAlice();
  const store = new Proxy<CredentialStore>(world.store, {
    get(target, name) {
      const member: unknown = name === "watch" ? undefined : Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const manager = processOn(store);
  world.clock.advance(hour - 60_000);
  const held = world.provider.hold();
  // The first asks the store, the second refreshes in the background.
  for (let asked = 0; asked < 2; asked += 1) await manager.getToken({ userId: "alice" });
  await held.arrived;
  await world.store.revoke(alice);
  world.clock.advance(1_000);
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "revoked",
  });
  held.open();
});

it("asks the server once a minute what the store is asked each second", async () => {
  const introspectionUrl = "https://as.example/introspect";
  await world.credentials.storeCredentials(alice, {
    accessToken: new AccessToken("without-expiry"),
  });
  const introspections = world.answer(introspectionUrl, () => ({ active: true }));
  const there = reachableStore();
  const manager = world.manage({
    config: exampleConfig({ introspectionUrl }),
    credentials: serviceOn(there.store, world.clock),
  });
  await manager.getToken({ userId: "alice" });
  there.tell({ kind: "lost" });
  const read = vi.spyOn(world.store, "read");
  for (let second = 1; second <= 5; second += 1) {
    world.clock.advance(1_000);
    await manager.getToken({ userId: "alice" });
  }
  expect(read).toHaveBeenCalledTimes(5);
  expect(introspections()).toBe(1);
  world.clock.advance(60_000);
  await manager.getToken({ userId: "alice" });
  expect(introspections()).toBe(2);
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
