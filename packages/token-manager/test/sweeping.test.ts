import { TokenRequestError } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, onTestFinished, vi } from "vitest";
import { alice, exampleConfig } from "./fixtures.js";
import { hour, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();
const day = 24 * hour;
const nothing = { recovered: 0, keptAlive: 0, failed: 0 };

/** A process took the lease and died before it wrote. */
async function orphan(userId = "alice"): Promise<void> {
  const stored = await world.credentials.read({ userId, provider: "example" });
  if (stored === undefined) throw new Error(`${userId} is connected`);
  await world.credentials.acquireLease(stored, 5_000);
}

it("finishes a refresh whose process died mid-spend", async () => {
  await world.connectExpired();
  await orphan();
  const manager = world.manage();
  expect(await manager.sweep()).toEqual(nothing);
  world.clock.advance(5_001);
  expect(await manager.sweep()).toEqual({ ...nothing, recovered: 1 });
  expect(world.provider.requests).toHaveLength(1);
  expect(await manager.sweep()).toEqual(nothing);
});

it("leaves other providers' orphans to their own managers", async () => {
  await world.connectExpired();
  await orphan();
  world.clock.advance(5_001);
  const other = world.manage({ config: exampleConfig({ provider: "other" }) });
  expect(await other.sweep()).toEqual(nothing);
  expect(world.provider.requests).toHaveLength(0);
});

it("shares the work among many processes: each orphan is one sweeper's", async () => {
  const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  for (const userId of users) {
    await world.connect(userId);
    await orphan(userId);
  }
  world.clock.advance(5_001);
  const fleet = Array.from({ length: 5 }, () => world.manageElsewhere());
  const results = await Promise.all(fleet.map((manager) => manager.sweep()));
  expect(results.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(40);
  expect(world.provider.requests).toHaveLength(40);
  expect(world.provider.alive).toBe(true);
});

it("TM-09 leaves alone what somebody finished between the claim and the look", async () => {
  await world.connectExpired();
  await orphan();
  world.clock.advance(5_001);
  const claim = world.store.claimOrphans.bind(world.store);
  vi.spyOn(world.store, "claimOrphans").mockImplementationOnce(async (options) => {
    const claimed = await claim(options);
    await world.manageElsewhere().getToken({ userId: "alice" });
    return claimed;
  });
  expect(await world.manage().sweep()).toEqual(nothing);
  expect(world.provider.requests).toHaveLength(1);
  expect(world.provider.alive).toBe(true);
});

it("finishes what failed soon after the grant was stored", async () => {
  await world.connectExpired();
  world.provider.answerNext(() => HttpResponse.error());
  await expect(world.manage().getToken({ userId: "alice" })).rejects.toThrow(TokenRequestError);
  world.clock.advance(1_001);
  expect(await world.manageElsewhere().sweep()).toEqual({ ...nothing, recovered: 1 });
  expect(world.provider.requests).toHaveLength(2);
});

it("says how many could not be finished, and leaves them for later", async () => {
  await world.connectExpired();
  await orphan();
  world.clock.advance(5_001);
  world.provider.answerNext(() => new HttpResponse(null, { status: 503 }));
  const manager = world.manage();
  expect(await manager.sweep()).toEqual({ ...nothing, failed: 1 });
  world.clock.advance(60_000);
  expect(await manager.sweep()).toEqual({ ...nothing, recovered: 1 });
});

it("uses a refresh token that would die of idleness, and no other", async () => {
  await world.connectAlice();
  const quirks = { refreshTokenIdleSeconds: 30 * 24 * 3600 };
  const manager = world.manage({ config: exampleConfig({ quirks }) });
  world.clock.advance(19 * day);
  expect(await manager.sweep()).toEqual(nothing);
  world.clock.advance(2 * day);
  expect(await manager.sweep()).toEqual({ ...nothing, keptAlive: 1 });
  expect(world.provider.requests).toHaveLength(1);
  expect(await manager.sweep()).toEqual(nothing);
  expect((await world.credentials.read(alice))?.status).toBe("active");
});

it("keeps nothing alive where the provider's refresh tokens do not die of idleness", async () => {
  await world.connectAlice();
  world.clock.advance(1_000 * day);
  expect(await world.manage().sweep()).toEqual(nothing);
  expect(world.provider.requests).toHaveLength(0);
});

it("sweeps again and again until it is closed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const claimed = vi.spyOn(world.store, "claimOrphans");
  const manager = world.manage();
  manager.startSweeping();
  manager.startSweeping();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(claimed).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(claimed).toHaveBeenCalledTimes(2);
  await manager.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(claimed).toHaveBeenCalledTimes(2);
});
