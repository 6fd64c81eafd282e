import {
  CredentialService,
  KeyServiceUnavailableError,
  type OAuth2Credentials,
  OAuth2Error,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import { HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { authorizeDevice, storeOrRevoke } from "../src/index.js";
import { alice, createWorld, issued, type World } from "./fixtures.js";
import { addresses, failureOf, formOf, granted, useProviderServer } from "./provider-server.js";

const server = useProviderServer();
const away = new StoreUnavailableError("The store is away.");
const broken = new OAuth2Error("store_misconfigured", "The store refuses to write.");
const both = [
  { token: "refresh-new", token_type_hint: "refresh_token" },
  { token: "access-new", token_type_hint: "access_token" },
];

beforeEach(() => server.answer(() => new HttpResponse(null, { status: 200 })));

/** What was sent to revoke, in order. */
function revocations() {
  return server.seen.filter(({ url }) => url === addresses.revocationUrl).map(formOf);
}

/** Tokens of one account, as a sign-in would have given them. */
function tokensOf(world: World, name: string, subject?: string): OAuth2Credentials {
  const tokens = { refreshToken: `refresh-${name}`, accessToken: `access-${name}` };
  return { ...issued(world.clock, tokens), account: subject ? { subject } : undefined };
}

/** Stores new tokens, and says what came of it. */
function store(
  world: World,
  options: {
    readonly time?: ManualTime;
    readonly subject?: string;
    readonly credentials?: CredentialService;
  } = {},
): Promise<Error> {
  const { time = new ManualTime(), subject, credentials = world.credentials } = options;
  return failureOf(
    storeOrRevoke({
      endpoint: server.endpoint({}, time),
      granted: tokensOf(world, "new", subject),
      credentials,
      key: alice,
      scheduler: time,
    }),
  );
}

async function storedToken({ credentials }: World): Promise<string | undefined> {
  return (await credentials.read(alice))?.credentials.accessToken.secret();
}

describe("tokens that were finally not stored", () => {
  it("are revoked, and the error is the one of the store", async () => {
    const world = createWorld();
    world.store.put = () => Promise.reject(broken);
    expect(await store(world)).toBe(broken);
    expect(revocations()).toEqual(both);
  });

  it("TR-09 are revoked no sooner than the store has had its time to come back", async () => {
    const world = createWorld();
    const time = new ManualTime();
    world.store.put = () => Promise.reject(away);
    const outcome = store(world, { time });
    for (const waitMs of [100, 400, 1600, 5000]) {
      await vi.waitFor(() => expect(time.delaysMs).toEqual([waitMs]));
      expect(revocations()).toEqual([]);
      time.advance(waitMs);
    }
    expect(await outcome).toBe(away);
    expect(revocations()).toEqual(both);
  });

  it("are revoked when they could not be sealed", async () => {
    const world = createWorld();
    const down = new KeyServiceUnavailableError("The key service is away.");
    const keys = {
      currentKeyId: "remote",
      wrap: () => Promise.reject(down),
      unwrap: () => Promise.reject(down),
    };
    const credentials = new CredentialService({ store: world.store, keys, clock: world.clock });
    expect(await store(world, { credentials })).toBe(down);
    expect(revocations()).toEqual(both);
  });

  it("are revoked when only a connection that is dead is stored", async () => {
    const world = createWorld();
    await world.credentials.storeCredentials(alice, tokensOf(world, "old"));
    await world.credentials.revoke(alice);
    world.store.put = () => Promise.reject(broken);
    await store(world);
    expect(revocations()).toEqual(both);
  });

  it("are revoked when another account is connected, which stays so", async () => {
    const world = createWorld();
    await world.credentials.storeCredentials(alice, tokensOf(world, "old", "work"));
    world.store.put = () => Promise.reject(broken);
    await store(world, { subject: "home" });
    expect(revocations()).toEqual(both);
    expect(await storedToken(world)).toBe("access-old");
  });

  it("keep nobody waiting for longer than five seconds", async () => {
    const world = createWorld();
    const time = new ManualTime();
    world.store.put = () => Promise.reject(broken);
    server.answer(() => new Promise(() => {}));
    const outcome = store(world, { time });
    await vi.waitFor(() => expect(revocations()).toEqual(both.slice(0, 1)));
    time.advance(5_000);
    expect(await outcome).toBe(broken);
  });

  it("are revoked after a code that was typed on another device", async () => {
    const world = createWorld();
    world.store.put = () => Promise.reject(broken);
    server.answer(
      () =>
        HttpResponse.json({
          device_code: "d1",
          user_code: "WDJB-MJHT",
          verification_uri: "https://as.example/connect",
          expires_in: 1800,
        }),
      () => granted({ access_token: "access-new", refresh_token: "refresh-new" }),
      () => new HttpResponse(null, { status: 200 }),
    );
    const outcome = authorizeDevice({
      endpoint: server.endpoint({ flow: "device_authorization" }),
      credentials: world.credentials,
      subject: { userId: "alice" },
      onUserCode: () => {},
      scheduler: new ManualTime(),
    });
    expect(await failureOf(outcome)).toBe(broken);
    expect(revocations()).toEqual(both);
  });
});

describe("tokens that may be in use", () => {
  it("are not revoked when they were stored and only the answer was lost", async () => {
    const world = createWorld();
    const put = world.store.put.bind(world.store);
    world.store.put = async (...write) => {
      await put(...write);
      throw broken;
    };
    expect(await store(world)).toBe(broken);
    expect(await storedToken(world)).toBe("access-new");
    expect(revocations()).toEqual([]);
  });

  it("are not revoked when the store cannot say whether it holds them", async () => {
    const world = createWorld();
    world.store.put = () => Promise.reject(broken);
    world.store.read = () => Promise.reject(away);
    expect(await store(world)).toBe(broken);
    expect(revocations()).toEqual([]);
  });

  it.each([
    ["of the same account", "home"],
    ["of which nobody knows the account", undefined],
  ])("are not revoked when a living connection is stored %s", async (_which, subject) => {
    const world = createWorld();
    await world.credentials.storeCredentials(alice, tokensOf(world, "old", subject));
    world.store.put = () => Promise.reject(broken);
    expect(await store(world, { subject: "home" })).toBe(broken);
    expect(await storedToken(world)).toBe("access-old");
    expect(revocations()).toEqual([]);
  });
});
