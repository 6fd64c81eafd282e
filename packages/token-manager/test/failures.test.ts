import { inspect } from "node:util";
import {
  NeedsUserAuthorizationError,
  StoreUnavailableError,
  TokenRequestError,
} from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import { alice, issued, serviceOn } from "./fixtures.js";
import { hour, rejection, useManagedWorld, values } from "./managed-world.js";

const world = useManagedWorld();

it("asks the user again when the provider says the grant is dead, and keeps the record", async () => {
  await world.connectExpired();
  world.provider.endGrants();
  const error = await rejection(world.manage().getToken({ userId: "alice" }));
  expect(error).toBeInstanceOf(NeedsUserAuthorizationError);
  expect(error).toMatchObject({ reason: "expired" });
  expect((await world.credentials.read(alice))?.status).toBe("reauthorization_required");
  expect(await rejection(world.manageElsewhere().getToken({ userId: "alice" }))).toMatchObject({
    reason: "expired",
  });
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-07 reads again before believing invalid_grant: a sibling may have won", async () => {
  await world.connectExpired();
  const elsewhere = serviceOn(world.store, world.clock);
  world.provider.answerNext(async () => {
    await elsewhere.storeCredentials(alice, issued(world.clock, { accessToken: "winner" }));
    return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
  });
  expect((await world.manage().getToken({ userId: "alice" })).secret()).toBe("winner");
  expect((await world.credentials.read(alice))?.status).toBe("active");
});

it("waits for a late sibling before burying a token that was sent twice", async () => {
  await world.connectExpired();
  const stored = await world.credentials.read(alice);
  if (stored === undefined) throw new Error("alice is connected");
  const late = await serviceOn(world.store, world.clock).acquireLease(stored, 1);
  world.clock.advance(10);
  world.provider.answerNext(() => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }));
  const read = vi.spyOn(world.store, "read");
  const waiting = world.manage().getToken({ userId: "alice" });
  await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
  await late?.commit(issued(world.clock, { accessToken: "late" }));
  expect((await waiting).secret()).toBe("late");
});

it("buries a token that was sent twice although that takes a whole lease", async () => {
  await world.connectExpired();
  const stored = await world.credentials.read(alice);
  if (stored === undefined) throw new Error("alice is connected");
  await serviceOn(world.store, world.clock).acquireLease(stored, 1);
  world.clock.advance(10);
  world.provider.endGrants();
  const renewed = vi.spyOn(world.store, "renewLease");
  const read = vi.spyOn(world.store, "read");
  const waiting = rejection(world.manage({ leaseMs: 90 }).getToken({ userId: "alice" }));
  await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
  for (let step = 0; step < 4; step += 1) {
    const before = renewed.mock.calls.length;
    world.clock.advance(30);
    await vi.waitFor(
      async () => {
        const isOver = (await world.store.read(alice))?.status !== "active";
        expect(isOver || renewed.mock.calls.length > before).toBe(true);
      },
      { timeout: 20_000 },
    );
  }
  expect(await waiting).toMatchObject({ reason: "expired" });
  expect((await world.credentials.read(alice))?.status).toBe("reauthorization_required");
  expect(world.provider.requests).toHaveLength(1);
});

it.each([
  [
    "a 503",
    () => new HttpResponse(null, { status: 503, headers: { "retry-after": "30" } }),
    "transient",
  ],
  ["a network error", () => HttpResponse.error(), "transient"],
  [
    "a refused client",
    () => HttpResponse.json({ error: "invalid_client" }, { status: 401 }),
    "configuration",
  ],
])(
  "TR-07 leaves the credential untouched after %s, and the provider alone for a while",
  async (_name, answer, kind) => {
    await world.connectExpired();
    world.provider.answerNext(answer);
    const first = await rejection(world.manage().getToken({ userId: "alice" }));
    expect(first).toBeInstanceOf(TokenRequestError);
    expect(first).toMatchObject({ kind });
    const second = await rejection(world.manageElsewhere().getToken({ userId: "alice" }));
    expect(second).toMatchObject({ kind: "transient", retryAfterMs: expect.any(Number) });
    expect(world.provider.requests).toHaveLength(1);
    const [connection] = await world.credentials.listConnections({ userId: "alice" });
    expect(connection?.status).toBe("backoff");
    world.clock.advance(60_000);
    expect((await world.manageElsewhere().getToken({ userId: "alice" })).secret()).not.toBe(
      "access-alice",
    );
    expect(world.provider.requests).toHaveLength(2);
  },
);

it("tells every caller why the provider is left alone: here a person has to mend something", async () => {
  await world.connectExpired();
  world.provider.answerNext(() => HttpResponse.json({ error: "invalid_client" }, { status: 401 }));
  const manager = world.manage();
  for (let asked = 0; asked < 2; asked += 1) {
    const error = await rejection(manager.getToken({ userId: "alice" }));
    expect(error).toMatchObject({ kind: "configuration", error: "invalid_client", status: 401 });
    expect(String(error)).toContain("Check clientId");
  }
  expect(world.provider.requests).toHaveLength(1);
  // Another process knows only that the provider is to be left alone.
  expect(await rejection(world.manageElsewhere().getToken({ userId: "alice" }))).toMatchObject({
    kind: "transient",
  });
  world.clock.advance(60_000);
  expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
});

it("TR-07 does not storm a provider that wants to be asked again at once", async () => {
  await world.connectExpired();
  const manager = world.manage();
  const ask = () => rejection(manager.getToken({ userId: "alice" }));
  for (const _ of [1, 2, 3]) {
    world.provider.answerNext(
      () => new HttpResponse(null, { status: 503, headers: { "retry-after": "0" } }),
    );
    expect(await ask()).toMatchObject({ kind: "transient" });
  }
  expect(world.provider.requests).toHaveLength(1);
});

it("TM-15 serves a token that is still good while the provider is down", async () => {
  await world.connectAlice();
  world.clock.advance(hour - 60_000);
  world.provider.answerNext(() => new HttpResponse(null, { status: 503 }));
  const tokens = await Promise.all(
    Array.from({ length: 50 }, () =>
      world.manage().getToken({ userId: "alice", minValidSeconds: 300 }),
    ),
  );
  expect(values(tokens)).toEqual(new Set(["access-alice"]));
});

it("TM-11 does not undo a revocation that came during the refresh, and revokes the new tokens", async () => {
  await world.connectExpired();
  const held = world.provider.hold();
  const refreshing = rejection(world.manage().getToken({ userId: "alice" }));
  await held.arrived;
  await world.manageElsewhere().disconnect({ userId: "alice" });
  held.open();
  expect(await refreshing).toMatchObject({ code: "needs_user_authorization" });
  expect(await world.credentials.read(alice)).toBeUndefined();
  expect(world.provider.revoked).toHaveLength(4);
  expect(new Set(world.provider.revoked).size).toBe(4);
});

it("AC-17 lets a new consent win over a running refresh", async () => {
  await world.connectExpired();
  const held = world.provider.hold();
  const refreshing = world.manage().getToken({ userId: "alice" });
  await held.arrived;
  await world.credentials.storeCredentials(
    alice,
    issued(world.clock, { accessToken: "consented" }),
  );
  held.open();
  expect((await refreshing).secret()).toBe("consented");
});

it("ST-03 repeats a failed write, serves the new token meanwhile, and never spends the old one again", async () => {
  await world.connectExpired();
  const commit = world.store.commit.bind(world.store);
  let reachable = false;
  const attempts = vi.spyOn(world.store, "commit").mockImplementation(async (...request) => {
    if (!reachable) throw new StoreUnavailableError("The store is away.");
    return commit(...request);
  });
  const manager = world.manage();
  const token = await manager.getToken({ userId: "alice" });
  expect(token.secret()).not.toBe("access-alice");
  await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(2), {
    timeout: 20_000,
  });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe(token.secret());
  const elsewhere = world.manageElsewhere().getToken({ userId: "alice" });
  reachable = true;
  expect((await elsewhere).secret()).toBe(token.secret());
  await manager.close();
  const fingerprints = attempts.mock.calls.map(([, credential]) => credential.fingerprint);
  expect(new Set(fingerprints).size).toBe(1);
  expect(world.provider.requests).toHaveLength(1);
});

it("ST-06 asks the user once after an old backup was restored, and storms nobody", async () => {
  await world.connectExpired();
  const backup = await world.store.read(alice);
  if (backup === undefined) throw new Error("alice is connected");
  await world.manage().getToken({ userId: "alice" });
  await world.store.put(alice, { ...backup, expiresInMs: -1 });
  const fleet = [world.manageElsewhere(), world.manageElsewhere(), world.manageElsewhere()];
  const errors = await Promise.all(
    fleet.flatMap((manager) =>
      Array.from({ length: 50 }, () => rejection(manager.getToken({ userId: "alice" }))),
    ),
  );
  for (const error of errors) expect(error).toMatchObject({ reason: "expired" });
  expect((await world.credentials.read(alice))?.status).toBe("reauthorization_required");
  expect(world.provider.requests).toHaveLength(2);
});

it("EV-01 shows no token in any error or in itself", async () => {
  const canary = "canary-55aa";
  const tokens = issued(world.clock, { refreshToken: `${canary}-r`, accessToken: `${canary}-a` });
  const manager = world.manage();
  const errors = [];
  for (const error of ["server_error", "invalid_request", "invalid_client", "invalid_grant"]) {
    await world.credentials.storeCredentials(alice, tokens);
    world.clock.advance(hour + 1);
    world.provider.answerNext(() => HttpResponse.json({ error, canary }, { status: 400 }));
    errors.push(await rejection(manager.getToken({ userId: "alice" })));
  }
  const shown = inspect([errors, manager], { depth: 20, showHidden: true });
  expect(shown).not.toContain(canary);
  expect(shown).not.toContain("s3cr3t");
});
