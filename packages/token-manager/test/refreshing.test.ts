import { HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import { alice, issued, ManualClock } from "./fixtures.js";
import { hour, useManagedWorld, values } from "./managed-world.js";

const world = useManagedWorld();

it("TM-01 sends one request for eight managers of 250 callers each", async () => {
  await world.connectExpired();
  const fleet = Array.from({ length: 8 }, () => world.manageElsewhere());
  const tokens = await Promise.all(
    fleet.flatMap((manager) =>
      Array.from({ length: 250 }, () => manager.getToken({ userId: "alice" })),
    ),
  );
  expect(tokens).toHaveLength(2000);
  expect(values(tokens).size).toBe(1);
  expect(world.provider.requests).toHaveLength(1);
  expect(world.provider.alive).toBe(true);
});

it("TM-12 does so although the processes' clocks are an hour apart", async () => {
  await world.connectExpired();
  const late = new ManualClock(world.clock.now() + hour);
  const early = new ManualClock(world.clock.now() - hour);
  const fleet = [
    world.manageElsewhere(late),
    world.manageElsewhere(early),
    world.manageElsewhere(),
  ];
  const tokens = await Promise.all(fleet.map((manager) => manager.getToken({ userId: "alice" })));
  expect(values(tokens).size).toBe(1);
  expect(world.provider.requests).toHaveLength(1);
});

it("keeps refreshing over many rotations", async () => {
  await world.connectAlice();
  const fleet = [world.manageElsewhere(), world.manageElsewhere(), world.manageElsewhere()];
  for (let round = 1; round <= 5; round += 1) {
    world.clock.advance(hour + 1);
    const tokens = await Promise.all(fleet.map((manager) => manager.getToken({ userId: "alice" })));
    expect(values(tokens).size).toBe(1);
    expect(world.provider.requests).toHaveLength(round);
  }
});

it("serves a token in its refresh window at once, and refreshes it in the background", async () => {
  await world.connectAlice();
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  world.clock.advance(hour - 100_000);
  const held = world.provider.hold();
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  await held.arrived;
  held.open();
  await vi.waitFor(
    async () => {
      expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
    },
    { timeout: 20_000 },
  );
  expect(world.provider.requests).toHaveLength(1);
});

it("gives no token past its end, though it is being refreshed in the background", async () => {
  await world.connectAlice();
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  world.clock.advance(hour - 100);
  const held = world.provider.hold();
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  await held.arrived;
  world.clock.advance(200);
  const late = manager.getToken({ userId: "alice" });
  held.open();
  expect((await late).secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("waits longer before refreshing a short-lived token: a tenth of its life", async () => {
  const tokens = issued(world.clock, { lifetimeSeconds: 300, refreshToken: "refresh-alice" });
  world.provider.grant("refresh-alice");
  await world.credentials.storeCredentials(alice, tokens);
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  world.clock.advance(269_000);
  await manager.getToken({ userId: "alice" });
  await manager.close();
  expect(world.provider.requests).toHaveLength(0);
  world.clock.advance(17_000);
  await manager.getToken({ userId: "alice" });
  await manager.close();
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-10 lets a failing background refresh disturb nobody", async () => {
  await world.connectAlice();
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  world.clock.advance(hour - 100_000);
  world.provider.answerNext(() => new HttpResponse(null, { status: 500 }));
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  await manager.close();
  expect(world.provider.requests).toHaveLength(1);
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
});

it("refreshes a good token that is not good for long enough", async () => {
  await world.connectAlice();
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  world.clock.advance(hour / 2);
  const token = await manager.getToken({ userId: "alice", minValidSeconds: 2400 });
  expect(token.secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("does not refresh again and again for who wants a token longer than it can live", async () => {
  await world.connectAlice();
  const manager = world.manage();
  for (const _ of [1, 2, 3]) {
    await manager.getToken({ userId: "alice", minValidSeconds: 7200 });
    await world.manageElsewhere().getToken({ userId: "alice", minValidSeconds: 7200 });
  }
  expect(world.provider.requests).toHaveLength(0);
});

it("TM-14 has no more requests under way than its limit, and serves everybody", async () => {
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
  for (const userId of users) await world.connect(userId);
  world.clock.advance(hour + 1);
  const manager = world.manage({ maximumConcurrentRequests: 7 });
  const tokens = await Promise.all(users.map((userId) => manager.getToken({ userId })));
  expect(values(tokens).size).toBe(60);
  expect(world.provider.requests).toHaveLength(60);
  expect(world.provider.mostAtOnce).toBeLessThanOrEqual(7);
  expect(world.provider.alive).toBe(true);
});

it("TM-14 lets background refreshes wait while expired tokens need the provider", async () => {
  await world.connect("early");
  const manager = world.manage({ maximumConcurrentRequests: 1 });
  world.clock.advance(hour - 60_000);
  await world.connect("late", { lifetimeSeconds: 1 });
  await manager.getToken({ userId: "early" });
  world.clock.advance(2_000);
  const held = world.provider.hold();
  const waiting = manager.getToken({ userId: "late" });
  await held.arrived;
  await manager.getToken({ userId: "early" });
  held.open();
  await waiting;
  await manager.close();
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-13 gets another token for one that the API refused, once for all who met it", async () => {
  await world.connectAlice();
  const fleet = [world.manageElsewhere(), world.manageElsewhere()];
  const refused = await world.manage().getToken({ userId: "alice" });
  const tokens = await Promise.all(
    fleet.flatMap((manager) =>
      [1, 2, 3].map(() => manager.getToken({ userId: "alice", forceRefresh: refused })),
    ),
  );
  expect(values(tokens).size).toBe(1);
  expect(tokens[0]?.secret()).not.toBe("access-alice");
  expect(world.provider.requests).toHaveLength(1);
});

it("gets another token when simply told to", async () => {
  await world.connectAlice();
  const manager = world.manage();
  const first = await manager.getToken({ userId: "alice" });
  const second = await manager.getToken({ userId: "alice", forceRefresh: true });
  expect(second.secret()).not.toBe(first.secret());
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-02 reads again instead of spending when a sibling was first, also where nothing rotates", async () => {
  await world.connectExpired();
  world.provider.answerNext(() =>
    HttpResponse.json({ access_token: "a2", token_type: "Bearer", expires_in: 3600 }),
  );
  const fleet = Array.from({ length: 4 }, () => world.manageElsewhere());
  const tokens = await Promise.all(fleet.map((manager) => manager.getToken({ userId: "alice" })));
  expect(values(tokens)).toEqual(new Set(["a2"]));
  expect(world.provider.requests).toHaveLength(1);
});
