import { inspect } from "node:util";
import {
  type AccessToken,
  type CredentialService,
  MissingUserIdError,
  NeedsUserAuthorizationError,
  OAuth2Error,
  StoreUnavailableError,
  TokenRequestError,
} from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { TokenManager, type TokenManagerOptions } from "../src/index.js";
import {
  alice,
  createWorld,
  exampleConfig,
  issued,
  ManualClock,
  serviceOn,
  type World,
} from "./fixtures.js";
import { StrictTokenEndpoint } from "./strict-token-endpoint.js";

const server = setupServer();
const hour = 3_600_000;
let provider: StrictTokenEndpoint;
let world: World;
let managers: TokenManager[];

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

beforeEach(() => {
  provider = new StrictTokenEndpoint();
  server.use(...provider.handlers);
  world = createWorld();
  managers = [];
});

afterEach(async () => {
  await Promise.all(managers.map((manager) => manager.close()));
  server.resetHandlers();
});

function manage(options: Partial<TokenManagerOptions> = {}): TokenManager {
  const { credentials, clock } = world;
  const manager = new TokenManager({ config: exampleConfig(), credentials, clock, ...options });
  managers.push(manager);
  return manager;
}

/** Another process: its own cache, service and, if given, clock, on the same store. */
function manageElsewhere(clock = world.clock): TokenManager {
  return manage({ credentials: serviceOn(world.store, clock), clock });
}

/** Alice's stored grant, whose access token is good for an hour. */
async function connectAlice(credentials: CredentialService = world.credentials): Promise<void> {
  const tokens = issued(world.clock, { refreshToken: "r1", accessToken: "a1" });
  provider.grant("r1");
  await credentials.storeCredentials(alice, tokens);
}

async function connectExpired(): Promise<void> {
  await connectAlice();
  world.clock.advance(hour + 1);
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );
}

function values(tokens: readonly AccessToken[]): Set<string> {
  return new Set(tokens.map((token) => token.secret()));
}

describe("serving", () => {
  it("gives the stored token while it is good, and asks the store once", async () => {
    await connectAlice();
    const manager = manage();
    const read = vi.spyOn(world.store, "read");
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
    expect(read).toHaveBeenCalledTimes(1);
    expect(provider.requests).toHaveLength(0);
  });

  it("gives a user's tokens through a source of one method", async () => {
    await connectAlice();
    expect((await manage().forUser("alice").getToken()).secret()).toBe("a1");
    expect((await manage().forUser({ userId: "alice" }).getToken()).secret()).toBe("a1");
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
    const manager = manage();
    const ask = () => Promise.all(subjects.map((subject) => manager.getToken(subject)));
    await ask();
    const tokens = await ask();
    expect(tokens.map((token) => token.secret())).toEqual(
      subjects.map((_, index) => `token-${index}`),
    );
  });

  it("says which user is missing, and that nobody else's token is given", async () => {
    await connectAlice();
    expect(await rejection(manage().getToken())).toBeInstanceOf(MissingUserIdError);
  });

  it("asks the user in the browser when nothing is stored", async () => {
    const error = await rejection(manage().getToken({ userId: "nobody" }));
    expect(error).toBeInstanceOf(NeedsUserAuthorizationError);
    expect(error).toMatchObject({
      reason: "connect",
      provider: "example",
      scopes: ["calendar.read"],
    });
  });

  it("TM-17 keeps no more tokens than its limit", async () => {
    const manager = manage({ maximumCachedTokens: 10 });
    const read = vi.spyOn(world.store, "read");
    const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    for (const userId of users) {
      await world.credentials.storeCredentials(
        { userId, provider: "example" },
        issued(world.clock),
      );
      await manager.getToken({ userId });
    }
    read.mockClear();
    for (const userId of users.slice(-10)) await manager.getToken({ userId });
    expect(read).not.toHaveBeenCalled();
    await manager.getToken({ userId: "user-0" });
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe("refreshing once", () => {
  it("TM-01 sends one request for eight managers of 250 callers each", async () => {
    await connectExpired();
    const fleet = Array.from({ length: 8 }, () => manageElsewhere());
    const tokens = await Promise.all(
      fleet.flatMap((manager) =>
        Array.from({ length: 250 }, () => manager.getToken({ userId: "alice" })),
      ),
    );
    expect(tokens).toHaveLength(2000);
    expect(values(tokens).size).toBe(1);
    expect(provider.requests).toHaveLength(1);
    expect(provider.alive).toBe(true);
  });

  it("TM-12 does so although the processes' clocks are an hour apart", async () => {
    await connectExpired();
    const late = new ManualClock(world.clock.now() + hour);
    const early = new ManualClock(world.clock.now() - hour);
    const fleet = [manageElsewhere(late), manageElsewhere(early), manageElsewhere()];
    const tokens = await Promise.all(fleet.map((manager) => manager.getToken({ userId: "alice" })));
    expect(values(tokens).size).toBe(1);
    expect(provider.requests).toHaveLength(1);
  });

  it("keeps refreshing over many rotations", async () => {
    await connectAlice();
    const fleet = [manageElsewhere(), manageElsewhere(), manageElsewhere()];
    for (let round = 1; round <= 5; round += 1) {
      world.clock.advance(hour + 1);
      const tokens = await Promise.all(
        fleet.map((manager) => manager.getToken({ userId: "alice" })),
      );
      expect(values(tokens).size).toBe(1);
      expect(provider.requests).toHaveLength(round);
    }
  });

  it("serves a token in its refresh window at once, and refreshes it in the background", async () => {
    await connectAlice();
    const manager = manage();
    await manager.getToken({ userId: "alice" });
    world.clock.advance(hour - 200_000);
    const held = provider.hold();
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
    await held.arrived;
    held.open();
    await vi.waitFor(
      async () => {
        expect((await manager.getToken({ userId: "alice" })).secret()).not.toBe("a1");
      },
      { timeout: 20_000 },
    );
    expect(provider.requests).toHaveLength(1);
  });

  it("waits longer before refreshing a short-lived token: a tenth of its life", async () => {
    const tokens = issued(world.clock, { lifetimeSeconds: 300, refreshToken: "r1" });
    provider.grant("r1");
    await world.credentials.storeCredentials(alice, tokens);
    const manager = manage();
    await manager.getToken({ userId: "alice" });
    world.clock.advance(269_000);
    await manager.getToken({ userId: "alice" });
    await manager.close();
    expect(provider.requests).toHaveLength(0);
    world.clock.advance(2_000);
    await manager.getToken({ userId: "alice" });
    await manager.close();
    expect(provider.requests).toHaveLength(1);
  });

  it("TM-10 lets a failing background refresh disturb nobody", async () => {
    await connectAlice();
    const manager = manage();
    await manager.getToken({ userId: "alice" });
    world.clock.advance(hour - 200_000);
    provider.answerNext(() => new HttpResponse(null, { status: 500 }));
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
    await manager.close();
    expect(provider.requests).toHaveLength(1);
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe("a1");
  });

  it("refreshes a good token that is not good for long enough", async () => {
    await connectAlice();
    const manager = manage();
    await manager.getToken({ userId: "alice" });
    const token = await manager.getToken({ userId: "alice", minValidSeconds: 7200 });
    expect(token.secret()).not.toBe("a1");
    expect(provider.requests).toHaveLength(1);
  });

  it("TM-13 gets another token for one that the API refused, once for all who met it", async () => {
    await connectAlice();
    const fleet = [manageElsewhere(), manageElsewhere()];
    const refused = await manage().getToken({ userId: "alice" });
    const tokens = await Promise.all(
      fleet.flatMap((manager) =>
        [1, 2, 3].map(() => manager.getToken({ userId: "alice", forceRefresh: refused })),
      ),
    );
    expect(values(tokens).size).toBe(1);
    expect(tokens[0]?.secret()).not.toBe("a1");
    expect(provider.requests).toHaveLength(1);
  });

  it("gets another token when simply told to", async () => {
    await connectAlice();
    const manager = manage();
    const first = await manager.getToken({ userId: "alice" });
    const second = await manager.getToken({ userId: "alice", forceRefresh: true });
    expect(second.secret()).not.toBe(first.secret());
    expect(provider.requests).toHaveLength(1);
  });

  it("TM-02 reads again instead of spending when a sibling was first, also where nothing rotates", async () => {
    await connectExpired();
    provider.answerNext(() =>
      HttpResponse.json({ access_token: "a2", token_type: "Bearer", expires_in: 3600 }),
    );
    const fleet = Array.from({ length: 4 }, () => manageElsewhere());
    const tokens = await Promise.all(fleet.map((manager) => manager.getToken({ userId: "alice" })));
    expect(values(tokens)).toEqual(new Set(["a2"]));
    expect(provider.requests).toHaveLength(1);
  });
});

describe("waiting", () => {
  it("ends one caller's wait and lets the refresh run on for the others", async () => {
    await connectExpired();
    const manager = manage();
    const held = provider.hold();
    const controller = new AbortController();
    const impatient = manager.getToken({ userId: "alice", signal: controller.signal });
    const patient = manager.getToken({ userId: "alice" });
    await held.arrived;
    controller.abort(new Error("the user left"));
    await expect(impatient).rejects.toThrow("the user left");
    held.open();
    expect((await patient).secret()).not.toBe("a1");
    expect(provider.requests).toHaveLength(1);
  });

  it("TM-06 tells a caller who waits too long, and refreshes nothing without the lease", async () => {
    await connectExpired();
    const stored = await world.credentials.read(alice);
    await world.store.acquireLease(alice, {
      fingerprint: stored?.fingerprint ?? "",
      leaseMs: hour,
    });
    const manager = manage({ waitTimeoutMs: 20, requestTimeoutMs: 50, leaseMs: 50 });
    const error = await rejection(manager.getToken({ userId: "alice" }));
    expect(error).toBeInstanceOf(OAuth2Error);
    expect(error).toMatchObject({ code: "token_request_deadline" });
    expect(provider.requests).toHaveLength(0);
    world.clock.advance(hour);
  });

  it("TM-04 lets nobody else spend while the holder lives, however slow the server", async () => {
    await connectExpired();
    const held = provider.hold();
    const renewed = vi.spyOn(world.store, "renewLease");
    const holder = manage({ leaseMs: 60 }).getToken({ userId: "alice" });
    await held.arrived;
    const other = manageElsewhere().getToken({ userId: "alice" });
    // Three leases' worth of the store's time, in steps shorter than one, each followed by a renewal.
    for (let step = 0; step < 6; step += 1) {
      const before = renewed.mock.calls.length;
      world.clock.advance(30);
      await vi.waitFor(() => expect(renewed.mock.calls.length).toBeGreaterThan(before), {
        timeout: 20_000,
      });
    }
    expect(provider.requests).toHaveLength(1);
    held.open();
    expect((await holder).secret()).toBe((await other).secret());
    expect(provider.requests).toHaveLength(1);
  });

  it("does not send when it comes back late from taking the lease", async () => {
    await connectExpired();
    const acquire = world.store.acquireLease.bind(world.store);
    vi.spyOn(world.store, "acquireLease").mockImplementationOnce(async (...request) => {
      const lease = await acquire(...request);
      world.clock.advance(4_000);
      return lease;
    });
    const released = vi.spyOn(world.store, "releaseLease");
    const token = await manage().getToken({ userId: "alice" });
    expect(released).toHaveBeenCalledWith(expect.anything(), { sent: false });
    expect(token.secret()).not.toBe("a1");
    expect(provider.requests).toHaveLength(1);
  });
});

describe("failures", () => {
  it("asks the user again when the provider says the grant is dead, and keeps the record", async () => {
    await connectExpired();
    provider.alive = false;
    const error = await rejection(manage().getToken({ userId: "alice" }));
    expect(error).toBeInstanceOf(NeedsUserAuthorizationError);
    expect(error).toMatchObject({ reason: "expired" });
    expect((await world.credentials.read(alice))?.status).toBe("reauthorization_required");
    expect(await rejection(manageElsewhere().getToken({ userId: "alice" }))).toMatchObject({
      reason: "expired",
    });
    expect(provider.requests).toHaveLength(1);
  });

  it("TM-07 reads again before believing invalid_grant: a sibling may have won", async () => {
    await connectExpired();
    const elsewhere = serviceOn(world.store, world.clock);
    provider.answerNext(async () => {
      await elsewhere.storeCredentials(alice, issued(world.clock, { accessToken: "winner" }));
      return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
    });
    expect((await manage().getToken({ userId: "alice" })).secret()).toBe("winner");
    expect((await world.credentials.read(alice))?.status).toBe("active");
  });

  it("waits for a late sibling before burying a token that was sent twice", async () => {
    await connectExpired();
    const stored = await world.credentials.read(alice);
    if (stored === undefined) throw new Error("alice is connected");
    const late = await serviceOn(world.store, world.clock).acquireLease(stored, 1);
    world.clock.advance(10);
    provider.answerNext(() => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }));
    const read = vi.spyOn(world.store, "read");
    const waiting = manage().getToken({ userId: "alice" });
    await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
    await late?.commit(issued(world.clock, { accessToken: "late" }));
    expect((await waiting).secret()).toBe("late");
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
      await connectExpired();
      provider.answerNext(answer);
      const first = await rejection(manage().getToken({ userId: "alice" }));
      expect(first).toBeInstanceOf(TokenRequestError);
      expect(first).toMatchObject({ kind });
      const second = await rejection(manageElsewhere().getToken({ userId: "alice" }));
      expect(second).toMatchObject({ kind: "transient", retryAfterMs: expect.any(Number) });
      expect(provider.requests).toHaveLength(1);
      const [connection] = await world.credentials.listConnections({ userId: "alice" });
      expect(connection?.status).toBe("backoff");
      world.clock.advance(60_000);
      expect((await manageElsewhere().getToken({ userId: "alice" })).secret()).not.toBe("a1");
      expect(provider.requests).toHaveLength(2);
    },
  );

  it("TM-15 serves a token that is still good while the provider is down", async () => {
    await connectAlice();
    world.clock.advance(hour - 60_000);
    provider.answerNext(() => new HttpResponse(null, { status: 503 }));
    const tokens = await Promise.all(
      Array.from({ length: 50 }, () =>
        manage().getToken({ userId: "alice", minValidSeconds: 300 }),
      ),
    );
    expect(values(tokens)).toEqual(new Set(["a1"]));
  });

  it("TM-11 does not undo a revocation that came during the refresh, and revokes the new tokens", async () => {
    await connectExpired();
    const held = provider.hold();
    const refreshing = rejection(manage().getToken({ userId: "alice" }));
    await held.arrived;
    await manageElsewhere().disconnect({ userId: "alice" });
    held.open();
    expect(await refreshing).toMatchObject({ code: "needs_user_authorization" });
    expect(await world.credentials.read(alice)).toBeUndefined();
    expect(provider.revoked).toHaveLength(4);
    expect(new Set(provider.revoked).size).toBe(4);
  });

  it("AC-17 lets a new consent win over a running refresh", async () => {
    await connectExpired();
    const held = provider.hold();
    const refreshing = manage().getToken({ userId: "alice" });
    await held.arrived;
    await world.credentials.storeCredentials(
      alice,
      issued(world.clock, { accessToken: "consented" }),
    );
    held.open();
    expect((await refreshing).secret()).toBe("consented");
  });

  it("ST-03 repeats a failed write, serves the new token meanwhile, and never spends the old one again", async () => {
    await connectExpired();
    const commit = world.store.commit.bind(world.store);
    let reachable = false;
    const attempts = vi.spyOn(world.store, "commit").mockImplementation(async (...request) => {
      if (!reachable) throw new StoreUnavailableError("The store is away.");
      return commit(...request);
    });
    const manager = manage();
    const token = await manager.getToken({ userId: "alice" });
    expect(token.secret()).not.toBe("a1");
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(2), {
      timeout: 20_000,
    });
    expect((await manager.getToken({ userId: "alice" })).secret()).toBe(token.secret());
    const elsewhere = manageElsewhere().getToken({ userId: "alice" });
    reachable = true;
    expect((await elsewhere).secret()).toBe(token.secret());
    await manager.close();
    const fingerprints = attempts.mock.calls.map(([, credential]) => credential.fingerprint);
    expect(new Set(fingerprints).size).toBe(1);
    expect(provider.requests).toHaveLength(1);
  });

  it("ST-06 asks the user once after an old backup was restored, and storms nobody", async () => {
    await connectExpired();
    const backup = await world.store.read(alice);
    if (backup === undefined) throw new Error("alice is connected");
    await manage().getToken({ userId: "alice" });
    await world.store.put(alice, { ...backup, expiresInMs: -1 });
    const fleet = [manageElsewhere(), manageElsewhere(), manageElsewhere()];
    const errors = await Promise.all(
      fleet.flatMap((manager) =>
        Array.from({ length: 50 }, () => rejection(manager.getToken({ userId: "alice" }))),
      ),
    );
    for (const error of errors) expect(error).toMatchObject({ reason: "expired" });
    expect((await world.credentials.read(alice))?.status).toBe("reauthorization_required");
    expect(provider.requests).toHaveLength(2);
  });

  it("EV-01 shows no token in any error or in itself", async () => {
    const canary = "canary-55aa";
    const tokens = issued(world.clock, { refreshToken: `${canary}-r`, accessToken: `${canary}-a` });
    const manager = manage();
    const errors = [];
    for (const error of ["server_error", "invalid_request", "invalid_client", "invalid_grant"]) {
      await world.credentials.storeCredentials(alice, tokens);
      world.clock.advance(hour + 1);
      provider.answerNext(() => HttpResponse.json({ error, canary }, { status: 400 }));
      errors.push(await rejection(manager.getToken({ userId: "alice" })));
    }
    const shown = inspect([errors, manager], { depth: 20, showHidden: true });
    expect(shown).not.toContain(canary);
    expect(shown).not.toContain("s3cr3t");
  });
});

describe("disconnecting", () => {
  it("TM-16 stops use in every process at once, and says what was really revoked", async () => {
    await connectAlice();
    const [here, there] = [manageElsewhere(), manageElsewhere()];
    await Promise.all([here.getToken({ userId: "alice" }), there.getToken({ userId: "alice" })]);
    expect(await here.disconnect({ userId: "alice" })).toEqual({
      disconnected: true,
      accessToken: "revoked",
      refreshToken: "revoked",
    });
    expect(provider.revoked).toEqual(["r1", "a1"]);
    for (const manager of [here, there]) {
      const error = await rejection(manager.getToken({ userId: "alice" }));
      expect(error).toMatchObject({ code: "needs_user_authorization", reason: "connect" });
    }
  });

  it("TR-12 forgets the tokens also where the provider cannot revoke", async () => {
    await connectAlice();
    const manager = manage({ config: exampleConfig({ revocationUrl: undefined }) });
    expect(await manager.disconnect({ userId: "alice" })).toEqual({
      disconnected: true,
      accessToken: "unsupported",
      refreshToken: "unsupported",
    });
    expect(await world.credentials.read(alice)).toBeUndefined();
  });

  it("says that there was nothing to disconnect", async () => {
    expect(await manage().disconnect({ userId: "alice" })).toEqual({
      disconnected: false,
      accessToken: "none",
      refreshToken: "none",
    });
  });
});

describe("sweeping", () => {
  it("finishes a refresh whose process died mid-spend", async () => {
    await connectExpired();
    const stored = await world.credentials.read(alice);
    if (stored === undefined) throw new Error("alice is connected");
    await world.credentials.acquireLease(stored, 5_000);
    const manager = manage();
    expect(await manager.sweep()).toEqual({ recovered: 0, failed: 0 });
    world.clock.advance(5_001);
    expect(await manager.sweep()).toEqual({ recovered: 1, failed: 0 });
    expect(provider.requests).toHaveLength(1);
    expect(await manager.sweep()).toEqual({ recovered: 0, failed: 0 });
  });

  it("leaves other providers' orphans to their own managers", async () => {
    await connectExpired();
    const stored = await world.credentials.read(alice);
    if (stored === undefined) throw new Error("alice is connected");
    await world.credentials.acquireLease(stored, 1);
    world.clock.advance(10);
    const other = manage({ config: exampleConfig({ provider: "other" }) });
    expect(await other.sweep()).toEqual({ recovered: 0, failed: 0 });
    expect(provider.requests).toHaveLength(0);
  });
});

describe("client credentials", () => {
  const config = exampleConfig({ flow: "client_credentials" });
  const token = () =>
    HttpResponse.json({ access_token: "application", token_type: "Bearer", expires_in: 3600 });

  it("asks once for any number of callers, and again when the token has expired", async () => {
    provider.answerNext(token);
    const manager = manage({ config });
    const ask = () => Promise.all(Array.from({ length: 100 }, () => manager.getToken()));
    expect(values(await ask())).toEqual(new Set(["application"]));
    await ask();
    expect(provider.requests).toHaveLength(1);
    world.clock.advance(hour + 1);
    provider.answerNext(token);
    await ask();
    expect(provider.requests).toHaveLength(2);
    expect(provider.requests[0]?.get("grant_type")).toBe("client_credentials");
  });

  it("is the application's own token whoever asks", async () => {
    provider.answerNext(token);
    const manager = manage({ config });
    await Promise.all([manager.getToken({ userId: "alice" }), manager.forUser("bob").getToken()]);
    expect(provider.requests).toHaveLength(1);
  });
});
