import { inspect } from "node:util";
import { StoreUnavailableError } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, onTestFinished, vi } from "vitest";
import type { TokenEvent } from "../src/index.js";
import { alice } from "./fixtures.js";
import { hour, rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();

function listen(): { readonly events: TokenEvent[]; onEvent(event: TokenEvent): void } {
  const events: TokenEvent[] = [];
  return { events, onEvent: (event) => events.push(event) };
}

it("tells of a refresh, once for all callers", async () => {
  await world.connectExpired();
  const { events, onEvent } = listen();
  const manager = world.manage({ onEvent });
  await Promise.all([1, 2, 3].map(() => manager.getToken({ userId: "alice" })));
  expect(events).toEqual([
    {
      type: "refreshed",
      key: expect.objectContaining(alice),
      lifetimeSeconds: 3600,
      recovered: false,
    },
  ]);
});

it("tells of a failed refresh: what the server answered, and for how long it is left alone", async () => {
  await world.connectExpired();
  const { events, onEvent } = listen();
  world.provider.answerNext(() =>
    HttpResponse.json(
      { error: "invalid_client" },
      { status: 401, headers: { "retry-after": "7" } },
    ),
  );
  await rejection(world.manage({ onEvent }).getToken({ userId: "alice" }));
  expect(events).toMatchObject([
    {
      type: "refresh_failed",
      kind: "configuration",
      error: "invalid_client",
      status: 401,
      retryInMs: 7_000,
    },
  ]);
});

it("tells of a dead grant", async () => {
  await world.connectExpired();
  const { events, onEvent } = listen();
  world.provider.endGrants();
  await rejection(world.manage({ onEvent }).getToken({ userId: "alice" }));
  expect(events).toMatchObject([{ type: "reauthorization_required", key: alice }]);
});

it("tells of a disconnection, and what was really revoked", async () => {
  await world.connectAlice();
  const { events, onEvent } = listen();
  await world.manage({ onEvent }).disconnect({ userId: "alice" });
  expect(events).toMatchObject([
    { type: "revoked", key: alice, accessToken: "revoked", refreshToken: "revoked" },
  ]);
});

it("tells that the store did not take a new token, and when it did", async () => {
  await world.connectExpired();
  const { events, onEvent } = listen();
  vi.spyOn(world.store, "commit").mockRejectedValueOnce(new StoreUnavailableError("away"));
  const manager = world.manage({ onEvent });
  await manager.getToken({ userId: "alice" });
  await manager.close();
  expect(events.map(({ type }) => type)).toEqual(["write_delayed", "refreshed", "write_landed"]);
});

it("tells that a new token was dropped, for a new consent came before it could be written", async () => {
  await world.connectExpired();
  const { events, onEvent } = listen();
  vi.spyOn(world.store, "commit").mockRejectedValueOnce(new StoreUnavailableError("away"));
  const manager = world.manage({ onEvent });
  await manager.getToken({ userId: "alice" });
  await world.connectAlice();
  await manager.close();
  expect(events.at(-1)).toEqual({ type: "write_superseded", key: alice });
});

it("lets a listener that throws disturb nobody, and warns of it by name alone", async () => {
  await world.connectExpired();
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  const manager = world.manage({
    onEvent: () => {
      throw new RangeError("canary");
    },
  });
  await manager.getToken({ userId: "alice" });
  expect(String(await warned)).toContain(
    "onEvent of the TokenManager for example threw: RangeError",
  );
});

it("lets a listener that rejects disturb nobody, and warns of it by name alone", async () => {
  await world.connectExpired();
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  const manager = world.manage({
    onEvent: async () => {
      throw new RangeError("canary");
    },
  });
  await manager.getToken({ userId: "alice" });
  expect(String(await warned)).toContain(
    "onEvent of the TokenManager for example threw: RangeError",
  );
});

it("EV-01 puts no token into any event", async () => {
  const { events, onEvent } = listen();
  const manager = world.manage({ onEvent });
  for (const error of ["server_error", "invalid_client", "invalid_grant", undefined]) {
    await world.connectExpired();
    if (error !== undefined) {
      world.provider.answerNext(() =>
        HttpResponse.json({ error, canary: "refresh-alice" }, { status: 400 }),
      );
    }
    await manager.getToken({ userId: "alice" }).catch(() => undefined);
    world.clock.advance(hour);
  }
  await manager.disconnect({ userId: "alice" });
  expect(events.length).toBeGreaterThan(4);
  const shown = inspect(events, { depth: 20, showHidden: true }) + JSON.stringify(events);
  for (const secret of ["access-", "refresh-", "s3cr3t"]) {
    expect(shown).not.toContain(secret);
  }
});

it("tells that a sweep could not ask the store, and sweeps again", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const { events, onEvent } = listen();
  vi.spyOn(world.store, "claimOrphans").mockRejectedValueOnce(new StoreUnavailableError("away"));
  const manager = world.manage({ onEvent });
  manager.startSweeping();
  await vi.advanceTimersByTimeAsync(10_000);
  await manager.close();
  expect(events).toEqual([
    { type: "sweep_failed", provider: "example", code: "store_unavailable" },
  ]);
  expect(world.store.claimOrphans).toHaveBeenCalledTimes(2);
});
