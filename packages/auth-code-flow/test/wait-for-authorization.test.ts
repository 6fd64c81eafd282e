import { type PendingAuthorizationStore, StoreUnavailableError } from "@rak-oauth/core";
import { describe, expect, it, vi } from "vitest";
import type { AuthorizationCodeFlow } from "../src/index.js";
import { createWorld, type World, wish } from "./world.js";

/** A flow whose store has no `watch`, or one of its own. */
function flowOn(world: World, watch?: PendingAuthorizationStore["watch"]): AuthorizationCodeFlow {
  const { store } = world;
  return world.createFlow({
    pendingAuthorizations: {
      open: (...call) => store.open(...call),
      read: (id) => store.read(id),
      find: (stateHash) => store.find(stateHash),
      take: (stateHash) => store.take(stateHash),
      hold: (...call) => store.hold(...call),
      resume: (...call) => store.resume(...call),
      settle: (...call) => store.settle(...call),
      deleteAll: (owner) => store.deleteAll(owner),
      deleteExpired: () => store.deleteExpired(),
      ...(watch && { watch }),
    },
  });
}

async function sleeping({ time }: World): Promise<void> {
  await vi.waitFor(() => expect(time.delaysMs).toHaveLength(1), { interval: 1 });
}

describe("waitForAuthorization", () => {
  it("learns at once, without looking, what another process settled", async () => {
    const world = createWorld();
    const flow = world.createFlow();
    const { id } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    await sleeping(world);
    await world.store.settle(id, { status: "completed" });
    expect(await waiting).toEqual({ status: "completed" });
    expect(world.time.delaysMs).toEqual([]);
  });

  it.each([
    ["completed", { status: "completed" }, { status: "completed" }],
    [
      "denied",
      { status: "failed", failure: "access_denied" },
      { status: "denied", failure: "access_denied" },
    ],
    [
      "stopped",
      { status: "failed", failure: "wrong_user" },
      { status: "denied", failure: "wrong_user" },
    ],
    [
      "failed",
      { status: "failed", failure: "provider_error" },
      { status: "failed", failure: "provider_error" },
    ],
  ] as const)(
    "looks once a second where the store cannot watch: %s",
    async (_name, settled, seen) => {
      const world = createWorld();
      const flow = flowOn(world);
      const { id } = await flow.start(wish);
      const waiting = flow.waitForAuthorization(id);
      await sleeping(world);
      expect(world.time.delaysMs).toEqual([1000]);
      await world.store.settle(id, settled);
      world.time.advance(1000);
      expect(await waiting).toEqual(seen);
    },
  );

  it("answers at once when it has already ended", async () => {
    const world = createWorld();
    const flow = world.createFlow();
    const { id } = await flow.start(wish);
    await world.store.settle(id, { status: "completed" });
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
  });

  it("looks for itself when watching is not possible just now", async () => {
    const world = createWorld();
    const flow = flowOn(world, () =>
      Promise.reject(new StoreUnavailableError("The store cannot be reached.")),
    );
    const { id } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    await sleeping(world);
    await world.store.settle(id, { status: "completed" });
    world.time.advance(1000);
    expect(await waiting).toEqual({ status: "completed" });
  });

  it("does not lose what is settled between its look and its wait", async () => {
    const world = createWorld();
    const flow = world.createFlow();
    const { id } = await flow.start(wish);
    const read = world.store.read.bind(world.store);
    vi.spyOn(world.store, "read").mockImplementationOnce(async (handle) => {
      const record = await read(handle);
      await world.store.settle(handle, { status: "completed" });
      return record;
    });
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
  });

  it("tells that the user did nothing until it expired", async () => {
    const world = createWorld();
    const flow = world.createFlow({ ttlMs: 3000 });
    const { id } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    await sleeping(world);
    expect(world.time.delaysMs).toEqual([3000]);
    world.time.advance(3000);
    expect(await waiting).toEqual({ status: "expired", failure: "expired" });
  });

  it("lets an exchange that began in time end after the expiry", async () => {
    const world = createWorld();
    const flow = world.createFlow();
    const { id } = await flow.start(wish);
    const record = await world.store.read(id);
    await world.store.take(record?.stateHash ?? "");
    const waiting = flow.waitForAuthorization(id);
    await sleeping(world);
    world.time.advance(600_000);
    await sleeping(world);
    await world.store.settle(id, { status: "completed" });
    expect(await waiting).toEqual({ status: "completed" });
  });

  it("gives up after its own time with the authorization still open", async () => {
    const world = createWorld();
    const flow = world.createFlow();
    const { id } = await flow.start(wish);
    expect(await flow.waitForAuthorization(id, { timeoutMs: 0 })).toEqual({ status: "pending" });
    const waiting = flow.waitForAuthorization(id, { timeoutMs: 1500 });
    await sleeping(world);
    world.time.advance(1500);
    expect(await waiting).toEqual({ status: "pending" });
  });

  it("ends with the signal's reason, and stops watching", async () => {
    const world = createWorld();
    const stop = vi.fn(async () => {});
    const flow = flowOn(world, async () => stop);
    const { id } = await flow.start(wish);
    const controller = new AbortController();
    const waiting = flow.waitForAuthorization(id, { signal: controller.signal });
    await sleeping(world);
    controller.abort(new Error("the agent was stopped"));
    await expect(waiting).rejects.toThrow("the agent was stopped");
    expect(stop).toHaveBeenCalledOnce();
    await expect(flow.waitForAuthorization(id, { signal: controller.signal })).rejects.toThrow(
      "the agent was stopped",
    );
  });

  it("refuses a handle that nobody started", async () => {
    const flow = createWorld().createFlow();
    await expect(flow.waitForAuthorization("unknown")).rejects.toMatchObject({
      failure: "invalid_request",
      message: expect.stringContaining("no authorization of this id"),
    });
  });
});
