import { OAuth2Error } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import { untilSettled } from "../src/until-settled.js";
import { alice } from "./fixtures.js";
import { hour, rejection, useManagedWorld, values } from "./managed-world.js";

const world = useManagedWorld();

it("ends one caller's wait and lets the refresh run on for the others", async () => {
  await world.connectExpired();
  const manager = world.manage();
  const held = world.provider.hold();
  const controller = new AbortController();
  const impatient = manager.getToken({ userId: "alice", signal: controller.signal });
  const patient = manager.getToken({ userId: "alice" });
  await held.arrived;
  controller.abort(new Error("the user left"));
  await expect(impatient).rejects.toThrow("the user left");
  held.open();
  expect((await patient).secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-06 tells a caller who waits too long, and refreshes nothing without the lease", async () => {
  await world.connectExpired();
  const stored = await world.credentials.read(alice);
  await world.store.acquireLease(alice, {
    fingerprint: stored?.fingerprint ?? "",
    leaseMs: hour,
  });
  const manager = world.manage({ waitTimeoutMs: 20, requestTimeoutMs: 50, leaseMs: 50 });
  const error = await rejection(manager.getToken({ userId: "alice" }));
  expect(error).toBeInstanceOf(OAuth2Error);
  expect(error).toMatchObject({ code: "token_request_deadline" });
  expect(world.provider.requests).toHaveLength(0);
  world.clock.advance(hour);
});

it("TM-04 lets nobody else spend while the holder lives, however slow the server", async () => {
  await world.connectExpired();
  const held = world.provider.hold();
  const renewed = vi.spyOn(world.store, "renewLease");
  const holder = world.manage({ leaseMs: 60 }).getToken({ userId: "alice" });
  await held.arrived;
  const other = world.manageElsewhere().getToken({ userId: "alice" });
  // Three leases' worth of the store's time, in steps shorter than one, each followed by a renewal.
  for (let step = 0; step < 6; step += 1) {
    const before = renewed.mock.calls.length;
    world.clock.advance(30);
    await vi.waitFor(() => expect(renewed.mock.calls.length).toBeGreaterThan(before), {
      timeout: 20_000,
    });
  }
  expect(world.provider.requests).toHaveLength(1);
  held.open();
  expect((await holder).secret()).toBe((await other).secret());
  expect(world.provider.requests).toHaveLength(1);
});

it("does not send when it comes back late from taking the lease", async () => {
  await world.connectExpired();
  const acquire = world.store.acquireLease.bind(world.store);
  vi.spyOn(world.store, "acquireLease").mockImplementationOnce(async (...request) => {
    const lease = await acquire(...request);
    world.clock.advance(4_000);
    return lease;
  });
  const released = vi.spyOn(world.store, "releaseLease");
  const token = await world.manage().getToken({ userId: "alice" });
  expect(released).toHaveBeenCalledWith(expect.anything(), { sent: false });
  expect(token.secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("tells all who share a wait when the provider is down", async () => {
  await world.connectExpired();
  const held = world.provider.hold();
  world.provider.answerNext(() => new HttpResponse(null, { status: 503 }));
  const manager = world.manage();
  const waits = Array.from({ length: 500 }, () => rejection(manager.getToken({ userId: "alice" })));
  await held.arrived;
  held.open();
  for (const error of await Promise.all(waits)) expect(error).toMatchObject({ kind: "transient" });
  expect(world.provider.requests).toHaveLength(1);
});

it("ends the wait of a caller with a signal alone, among many who share one", async () => {
  await world.connectExpired();
  const held = world.provider.hold();
  const manager = world.manage();
  const controller = new AbortController();
  const { signal } = controller;
  const sharing = Array.from({ length: 20 }, () => manager.getToken({ userId: "alice" }));
  const impatient = rejection(manager.getToken({ userId: "alice", signal }));
  await held.arrived;
  controller.abort(new Error("the user left"));
  expect(await impatient).toMatchObject({ message: "the user left" });
  held.open();
  expect(values(await Promise.all(sharing)).size).toBe(1);
  expect(world.provider.requests).toHaveLength(1);
});

it.each([{ minValidSeconds: 300 }, { forceRefresh: true }])(
  "goes one way for all who want %o, though it may not bring it",
  async (options) => {
    await world.connectAlice();
    world.clock.advance(hour - 200_000);
    const manager = world.manage();
    const asked = vi.spyOn(world.store, "read");
    const held = world.provider.hold();
    for (let answers = 0; answers < 100; answers += 1) {
      world.provider.answerNext(() => new HttpResponse(null, { status: 503 }));
    }
    const waits = Array.from({ length: 100 }, () =>
      manager.getToken({ userId: "alice", ...options }).then(
        (token) => token.secret(),
        (error: unknown) => error,
      ),
    );
    await held.arrived;
    held.open();
    const isServed = "minValidSeconds" in options;
    for (const served of await Promise.all(waits)) {
      if (isServed) expect(served).toBe("access-alice");
      else expect(served).toMatchObject({ kind: "transient" });
    }
    expect(asked).toHaveBeenCalledTimes(1);
    expect(world.provider.requests).toHaveLength(1);
  },
);

it("sends one request for all processes that are told to refresh at the same moment", async () => {
  await world.connectAlice();
  const fleet = Array.from({ length: 8 }, () => world.manageElsewhere());
  const tokens = await Promise.all(
    fleet.flatMap((manager) =>
      Array.from({ length: 10 }, () => manager.getToken({ userId: "alice", forceRefresh: true })),
    ),
  );
  expect(values(tokens).size).toBe(1);
  expect(world.provider.requests).toHaveLength(1);
});

it("tells how long a caller waited in all, when little of that was left for the last wait", async () => {
  const waiting = { provider: "example", timeoutMs: 30_000, remainingMs: -1 };
  expect(await rejection(untilSettled(new Promise(() => {}), waiting))).toMatchObject({
    code: "token_request_deadline",
    message: expect.stringContaining("No token of example within 30000 ms."),
  });
});

it("starts nothing for a caller who has left already", async () => {
  await world.connectExpired();
  const asked = vi.spyOn(world.store, "read");
  const signal = AbortSignal.abort(new Error("the user left"));
  const manager = world.manage();
  await expect(manager.getToken({ userId: "alice", signal })).rejects.toThrow("the user left");
  expect(asked).not.toHaveBeenCalled();
});
