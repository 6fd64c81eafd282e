import {
  AccessToken,
  MissingUserIdError,
  NeedsUserAuthorizationError,
  Secret,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { describe, expect, it, vi } from "vitest";
import { exampleConfig, issued, serviceOn } from "./fixtures.js";
import { rejection, useManagedWorld } from "./managed-world.js";

const world = useManagedWorld();

it("gives the stored token while it is good, and asks the store once", async () => {
  await world.connectAlice();
  const manager = world.manage();
  const read = vi.spyOn(world.store, "read");
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  expect(read).toHaveBeenCalledTimes(1);
  expect(world.provider.requests).toHaveLength(0);
});

it("gives a user's tokens through a source of one method", async () => {
  await world.connectAlice();
  expect((await world.manage().forUser("alice").getToken()).secret()).toBe("access-alice");
  expect((await world.manage().forUser({ userId: "alice" }).getToken()).secret()).toBe(
    "access-alice",
  );
});

it("TM-03 never mixes up subjects whose parts look alike", async () => {
  const subjects = [
    { userId: "a" },
    { tenantId: "a", userId: "a" },
    { tenantId: "a1:a", userId: "a" },
    { userId: "a", account: "a" },
    { userId: "undefined" },
    { tenantId: "undefined", userId: "a" },
  ];
  for (const [index, subject] of subjects.entries()) {
    const tokens = issued(world.clock, { accessToken: `token-${index}` });
    await world.credentials.storeCredentials({ ...subject, provider: "example" }, tokens);
  }
  const manager = world.manage();
  const ask = () => Promise.all(subjects.map((subject) => manager.getToken(subject)));
  await ask();
  const tokens = await ask();
  expect(tokens.map((token) => token.secret())).toEqual(
    subjects.map((_, index) => `token-${index}`),
  );
});

it("says which user is missing, and that nobody else's token is given", async () => {
  await world.connectAlice();
  expect(await rejection(world.manage().getToken())).toBeInstanceOf(MissingUserIdError);
});

it("asks the user in the browser when nothing is stored", async () => {
  const error = await rejection(world.manage().getToken({ userId: "nobody" }));
  expect(error).toBeInstanceOf(NeedsUserAuthorizationError);
  expect(error).toMatchObject({
    reason: "connect",
    provider: "example",
    scopes: ["calendar.read"],
  });
});

it("TM-17 keeps no more tokens than its limit", async () => {
  const manager = world.manage({ maximumCachedTokens: 10 });
  const read = vi.spyOn(world.store, "read");
  const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
  for (const userId of users) {
    await world.credentials.storeCredentials({ userId, provider: "example" }, issued(world.clock));
    await manager.getToken({ userId });
  }
  read.mockClear();
  for (const userId of users.slice(-10)) await manager.getToken({ userId });
  expect(read).not.toHaveBeenCalled();
  await manager.getToken({ userId: "user-0" });
  expect(read).toHaveBeenCalledTimes(1);
});

it("EV-02 says which option of a manager cannot work", () => {
  expect(() => world.manage({ maximumCachedTokens: 0 })).toThrow(
    'TokenManager for "example": maximumCachedTokens is 0 and must be a positive whole number, at most 10000000, such as 10000.',
  );
  expect(() => world.manage({ leaseMs: Number.NaN })).toThrow("leaseMs is NaN and must be");
  // A timer of this length would end at once.
  expect(() => world.manage({ waitTimeoutMs: 2 ** 31 })).toThrow(
    "waitTimeoutMs is 2147483648 and must be",
  );
});

it.each([
  ["minValidSeconds", { minValidSeconds: -1 }],
  ["minValidSeconds", { minValidSeconds: Number.NaN }],
  ["resource", { resource: "calendar" }],
  ["resource", { resource: "https://api.example.com/#calendar" }],
  ["scopes", { scopes: "calendar.read" as never }],
])("EV-02 says what is wrong with %s: %o", async (name, options) => {
  await world.connectAlice();
  const manager = world.manage();
  await manager.getToken({ userId: "alice" });
  const error = await rejection(manager.getToken({ userId: "alice", ...options }));
  expect(error).toMatchObject({
    code: "invalid_configuration",
    message: expect.stringContaining(`getToken: ${name} is `),
  });
});

it("asks the user for scopes that were not granted, together with those that were", async () => {
  await world.connectAlice();
  const manager = world.manage();
  const scopes = ["calendar.read", "calendar.write"];
  const error = await rejection(manager.getToken({ userId: "alice", scopes }));
  expect(error).toBeInstanceOf(NeedsUserAuthorizationError);
  expect(error).toMatchObject({ reason: "scope", scopes });
  expect(world.provider.requests).toHaveLength(0);
});

it("gives a token that has the scopes, by whatever name the provider grants them", async () => {
  await world.connectAlice();
  const quirks = { scopeAliases: { calendar: "calendar.read" } };
  const manager = world.manage({ config: exampleConfig({ quirks }) });
  const scopes = ["calendar", "offline_access"];
  expect((await manager.getToken({ userId: "alice", scopes })).secret()).toBe("access-alice");
  expect((await manager.getToken({ userId: "alice", scopes })).secret()).toBe("access-alice");
});

it("TM-16 asks a store that cannot tell of changes again after a second", async () => {
  await world.connectAlice();
  Object.defineProperty(world.store, "watch", { value: undefined });
  const manager = world.manageElsewhere();
  await manager.getToken({ userId: "alice" });
  await serviceOn(world.store, world.clock).revoke({ userId: "alice", provider: "example" });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  world.clock.advance(1_000);
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "revoked",
  });
});

it("works again once a store that could not be watched at first can be", async () => {
  await world.connectAlice();
  const failed = vi.spyOn(world.store, "watch");
  failed.mockRejectedValueOnce(new StoreUnavailableError("The store is away."));
  const manager = world.manage();
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    code: "store_unavailable",
  });
  expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
});

it("TM-03 keeps tokens for different resources apart", async () => {
  const tokens = issued(world.clock, { accessToken: "for-all" });
  const resourceToken = (name: string) => ({
    resource: `https://${name}.example/`,
    accessToken: new AccessToken(`for-${name}`, { expiresAt: tokens.accessToken.expiresAt }),
    lifetimeSeconds: 3600,
  });
  await world.credentials.storeCredentials(
    { userId: "alice", provider: "example" },
    { ...tokens, resourceTokens: [resourceToken("a"), resourceToken("b")] },
  );
  const manager = world.manage();
  const ask = async (resource?: string) =>
    (await manager.getToken({ userId: "alice", resource })).secret();
  const resources = [undefined, "https://a.example/", "https://b.example/"];
  for (const _ of ["from the store", "from memory"]) {
    expect(await Promise.all(resources.map(ask))).toEqual(["for-all", "for-a", "for-b"]);
  }
  expect(world.provider.requests).toHaveLength(0);
});

describe("tokens of unknown lifetime", () => {
  const introspectionUrl = "https://as.example/introspect";
  const config = exampleConfig({ introspectionUrl });

  it("does not make one resource's token one of them: it is refreshed when it expires", async () => {
    await connectWithoutExpiry();
    const request = { userId: "alice", resource: "https://api.example/" };
    const first = await world.manage().getToken(request);
    expect(first.expiresAt).toEqual(new Date(world.clock.now() + 3_600_000));
    const later = world.manage();
    expect((await later.getToken(request)).expiresAt).toEqual(first.expiresAt);
    world.clock.advance(3_601_000);
    const second = await later.getToken(request);
    expect(second.secret()).not.toBe(first.secret());
    expect(world.provider.requests).toHaveLength(2);
  });

  async function connectWithoutExpiry(): Promise<void> {
    world.provider.grant("refresh-alice");
    await world.credentials.storeCredentials(
      { userId: "alice", provider: "example" },
      { accessToken: new AccessToken("access-alice"), refreshToken: new Secret("refresh-alice") },
    );
  }

  it("asks the server once how long such a token lives, and refreshes it then", async () => {
    await connectWithoutExpiry();
    const exp = Math.floor(world.clock.now() / 1000) + 600;
    const asked = world.answer(introspectionUrl, () => ({ active: true, exp }));
    const manager = world.manage({ config });
    const token = await manager.getToken({ userId: "alice" });
    expect(token.secret()).toBe("access-alice");
    expect(token.expiresAt).toEqual(new Date(exp * 1000));
    await manager.getToken({ userId: "alice" });
    expect(asked()).toBe(1);
    world.clock.advance(601_000);
    world.answer(introspectionUrl, () => ({ active: false }));
    expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
    expect(world.provider.requests).toHaveLength(1);
  });

  it("refreshes at once what the server says is no longer good", async () => {
    await connectWithoutExpiry();
    world.answer(introspectionUrl, () => ({ active: false }));
    const manager = world.manage({ config });
    expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
    expect(world.provider.requests).toHaveLength(1);
  });

  it("asks again after a minute when the server did not say, and knows what it said before", async () => {
    await connectWithoutExpiry();
    const manager = world.manage({ config });
    world.answer(introspectionUrl, () => ({ nonsense: true }));
    expect((await manager.getToken({ userId: "alice" })).expiresAt).toBeUndefined();
    world.clock.advance(60_000);
    const exp = Math.floor(world.clock.now() / 1000) + 600;
    const expiresAt = new Date(exp * 1000);
    const asked = world.answer(introspectionUrl, () => ({ active: true, exp }));
    expect(await manager.getToken({ userId: "alice" })).toMatchObject({ expiresAt });
    expect(asked()).toBe(1);
    world.answer(introspectionUrl, () => ({ nonsense: true }));
    // Written anew, and so read anew.
    await connectWithoutExpiry();
    expect(await manager.getToken({ userId: "alice" })).toMatchObject({ expiresAt });
    world.clock.advance(601_000);
    expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("access-alice");
    expect(world.provider.requests).toHaveLength(1);
  });

  it("does not wait long for a server that does not say", async () => {
    await connectWithoutExpiry();
    world.answer(introspectionUrl, () => new Promise<never>(() => {}));
    const manager = world.manage({ config, requestTimeoutMs: 100 });
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  });

  it("serves them until the API refuses them where the server cannot tell", async () => {
    await connectWithoutExpiry();
    world.answer(introspectionUrl, () => ({ nonsense: true }));
    const manager = world.manage({ config });
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
    world.clock.advance(1_000 * 3_600_000);
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("access-alice");
  });
});
