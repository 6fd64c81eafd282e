import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  AccessToken,
  ConfigurationError,
  type CredentialKey,
  CredentialService,
  type CredentialStore,
  credentialId,
  Keyring,
  KeyServiceUnavailableError,
  type KeyWrapper,
  MemoryCredentialStore,
  type ResealProgress,
  resealCredentials,
  Secret,
  StoreUnavailableError,
} from "../src/index.js";
import { errorOf } from "./error-of.js";
import { ManualClock } from "./manual-clock.js";

const oldKey = { id: "2025", key: randomBytes(32) };
const newKey = { id: "2026", key: randomBytes(32) };
const before = new Keyring({ keys: [oldKey] });
const rotated = new Keyring({ keys: [newKey, oldKey] });
const after = new Keyring({ keys: [newKey] });

let store: MemoryCredentialStore;

beforeEach(() => {
  store = new MemoryCredentialStore();
});

function keyOf(index: number): CredentialKey {
  return { tenantId: "acme", userId: `user-${index}`, provider: "example" };
}

function tokens(name: string) {
  return {
    accessToken: new AccessToken(`access-${name}`),
    refreshToken: new Secret(`canary-${name}`),
  };
}

function service(keys: KeyWrapper, on: CredentialStore = store): CredentialService {
  return new CredentialService({ store: on, keys });
}

async function fill(count: number, keys: KeyWrapper = before): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await service(keys).storeCredentials(keyOf(index), tokens(String(index)));
  }
}

async function accessTokens(count: number, keys: KeyWrapper): Promise<(string | undefined)[]> {
  const reader = service(keys);
  const all = Array.from({ length: count }, (_, index) => reader.getCredentials(keyOf(index)));
  return (await Promise.all(all)).map((found) => found?.accessToken.secret());
}

const expectedTokens = (count: number) =>
  Array.from({ length: count }, (_, index) => `access-${index}`);

/** The same store, with something done before each call. */
function wrapped(
  inner: CredentialStore,
  first: (method: string, given: readonly unknown[]) => unknown,
): CredentialStore {
  return new Proxy(inner, {
    get(target, name) {
      const method = target[name as "read"] as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        await first(String(name), given);
        return method.apply(target, given);
      };
    },
  });
}

describe("resealCredentials", () => {
  it("ST-08 puts all under the current key, after which the old one can go", async () => {
    await fill(25);
    await store.revoke(keyOf(3));
    const result = await resealCredentials({ store, keys: rotated, batchSize: 4 });
    expect(result).toMatchObject({
      resealed: 25,
      skipped: 0,
      unreadable: 0,
      remaining: 0,
      unreadableCredentials: [],
      interrupted: false,
    });
    const found = await accessTokens(25, after);
    expect(found).toEqual(expectedTokens(25).with(3, undefined as never));
    expect((await service(after).read(keyOf(3)))?.status).toBe("revoked");
  });

  it("does nothing, twice, when nothing is left", async () => {
    await fill(3, rotated);
    const sealed = (await store.read(keyOf(0)))?.sealed;
    expect(await resealCredentials({ store, keys: rotated })).toMatchObject({
      resealed: 0,
      remaining: 0,
      interrupted: false,
    });
    expect((await store.read(keyOf(0)))?.sealed).toEqual(sealed);
  });

  it("tells after each batch how far it is, how fast, and how long it will take", async () => {
    await fill(10);
    const clock = new ManualClock();
    const seen: ResealProgress[] = [];
    const slow = wrapped(store, (method) => {
      if (method === "reseal") clock.advance(1_000);
    });
    await resealCredentials({
      store: slow,
      keys: rotated,
      batchSize: 5,
      clock,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen[0]).toEqual({
      resealed: 5,
      skipped: 0,
      unreadable: 0,
      remaining: 5,
      ratePerSecond: 5,
      etaSeconds: 1,
    });
    expect(seen[1]).toMatchObject({ resealed: 10, remaining: 0, etaSeconds: 0 });
  });

  it("goes on past what no key opens, leaves it as it is, and reports it", async () => {
    const lost = new Keyring({ keys: [{ id: "2024", key: randomBytes(32) }] });
    await fill(20);
    await service(lost).storeCredentials(keyOf(7), tokens("lost"));
    const moved = await store.read(keyOf(1));
    await store.put(keyOf(2), {
      sealed: moved?.sealed ?? Buffer.of(),
      keyId: "2025",
      fingerprint: "x",
    });
    const envelope = (await store.read(keyOf(7)))?.sealed;
    const result = await resealCredentials({ store, keys: rotated, batchSize: 1 });
    expect(result).toMatchObject({ resealed: 18, unreadable: 2, remaining: 2, interrupted: false });
    const reported = new Map(
      result.unreadableCredentials.map((each) => [credentialId(each.key), each]),
    );
    expect(reported.get(credentialId(keyOf(7)))).toMatchObject({ keyId: "2024" });
    expect(reported.get(credentialId(keyOf(7)))?.reason).toContain('key "2024", which is not in');
    expect(reported.get(credentialId(keyOf(2)))?.reason).toContain("moved");
    expect(inspect(result, { depth: 9, showHidden: true })).not.toContain("canary");
    expect((await store.read(keyOf(7)))?.sealed).toEqual(envelope);
  });

  it("ST-08 is interrupted after the running batch, and goes on with what is left", async () => {
    await fill(30);
    const stop = new AbortController();
    const first = await resealCredentials({
      store,
      keys: rotated,
      batchSize: 3,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(first.interrupted).toBe(true);
    expect(first.resealed).toBeGreaterThanOrEqual(3);
    expect(first.remaining).toBe(30 - first.resealed);
    expect(first.remaining).toBeGreaterThan(0);
    expect(await accessTokens(30, rotated)).toEqual(expectedTokens(30));
    const second = await resealCredentials({ store, keys: rotated, batchSize: 3 });
    expect(second).toMatchObject({ resealed: first.remaining, remaining: 0, interrupted: false });
    expect(await accessTokens(30, after)).toEqual(expectedTokens(30));
  });

  it("ST-08 leaves to a refresh that runs meanwhile what that refresh writes", async () => {
    await fill(1);
    const refreshing = service(rotated);
    const racing = wrapped(store, async (method) => {
      if (method !== "reseal") return;
      const stored = await refreshing.read(keyOf(0));
      const lease = stored && (await refreshing.acquireLease(stored, 60_000));
      if (lease) expect(await lease.commit(tokens("refreshed"))).toBe(true);
    });
    const result = await resealCredentials({ store: racing, keys: rotated });
    expect(result).toMatchObject({ resealed: 0, skipped: 1, remaining: 0 });
    expect(await accessTokens(1, after)).toEqual(["access-refreshed"]);
  });

  it("ST-08 a lease taken before still commits after", async () => {
    await fill(1);
    const refreshing = service(before);
    const stored = await refreshing.read(keyOf(0));
    const lease = stored && (await refreshing.acquireLease(stored, 60_000));
    expect(await resealCredentials({ store, keys: rotated })).toMatchObject({ resealed: 1 });
    expect(await lease?.commit(tokens("refreshed"))).toBe(true);
    expect(await accessTokens(1, rotated)).toEqual(["access-refreshed"]);
    expect(await resealCredentials({ store, keys: rotated })).toMatchObject({ resealed: 1 });
    expect(await accessTokens(1, after)).toEqual(["access-refreshed"]);
  });

  it("ST-08 finds what processes with the old key wrote while it ran", async () => {
    await fill(6);
    let written = 0;
    const busy = wrapped(store, async (method) => {
      if (method !== "reseal" || written === 10) return;
      written += 1;
      await service(before).storeCredentials(keyOf(100 + written), tokens("late"));
    });
    const result = await resealCredentials({ store: busy, keys: rotated, batchSize: 3 });
    expect(result.remaining).toBe(await store.countSealedByOtherKeys("2026"));
    expect(result.resealed + result.remaining).toBe(6 + written);
    expect(written).toBeGreaterThan(2);
  });

  it("ends, with a count of what is left, while a process goes on sealing with an old key", async () => {
    await fill(2);
    const busy = wrapped(store, async (method) => {
      if (method === "reseal") await service(before).storeCredentials(keyOf(0), tokens("again"));
    });
    const result = await resealCredentials({ store: busy, keys: rotated });
    expect(result).toMatchObject({ remaining: 1, interrupted: false });
  });

  it("stops at a key service that is away, and calls no credential unreadable for it", async () => {
    await fill(20);
    let calls = 0;
    const service: KeyWrapper = {
      currentKeyId: "2026",
      wrap: (...given) => rotated.wrap(...given),
      async unwrap(...given) {
        calls += 1;
        if (calls > 10) throw new KeyServiceUnavailableError("Vault is sealed");
        return rotated.unwrap(...given);
      },
    };
    const error = await errorOf(() => resealCredentials({ store, keys: service, batchSize: 5 }));
    expect(error).toBeInstanceOf(KeyServiceUnavailableError);
    expect(await store.countSealedByOtherKeys("2026")).toBe(10);
    expect(await accessTokens(20, rotated)).toEqual(expectedTokens(20));
  });

  it("asks a key service at most so often at once", async () => {
    await fill(40);
    let running = 0;
    let most = 0;
    const observed: KeyWrapper = {
      currentKeyId: "2026",
      wrap: (...given) => rotated.wrap(...given),
      async unwrap(...given) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return rotated.unwrap(...given);
      },
    };
    await resealCredentials({ store, keys: observed, concurrency: 3 });
    expect(most).toBe(3);
  });

  it.each(["listSealedByOtherKeys", "reseal", "countSealedByOtherKeys"])(
    "passes on that the store is away in %s",
    async (failing) => {
      await fill(10);
      const away = wrapped(store, (method) => {
        if (method === failing) throw new StoreUnavailableError("gone");
      });
      const resealing = resealCredentials({ store: away, keys: rotated, batchSize: 2 });
      await expect(resealing).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(await accessTokens(10, rotated)).toEqual(expectedTokens(10));
    },
  );

  it.each([
    ["batchSize", 0],
    ["batchSize", 1_001],
    ["concurrency", 1.5],
  ])("EV-02 refuses %s %d", async (name, value) => {
    const error = await errorOf(() => resealCredentials({ store, keys: rotated, [name]: value }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`${name} is ${value} and must be`);
  });

  it("ST-08 loses no write, whatever runs in between and in whatever order", async () => {
    const step = fc.constantFrom("refresh", "consent", "delete", "revoke", "read" as const);
    const histories = fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        histories,
        fc.integer({ min: 1, max: 4 }),
        async (scheduler, users, batchSize) => {
          store = new MemoryCredentialStore();
          await fill(users.length);
          const shared = wrapped(store, (method) => scheduler.schedule(Promise.resolve(), method));
          const present: (string | undefined)[] = expectedTokens(users.length);
          const lives = users.map(async (steps, index) => {
            const own = service(rotated, shared);
            const key = keyOf(index);
            for (const [count, kind] of steps.entries()) {
              const name = `${index}-${count}`;
              if (kind === "consent") {
                await own.storeCredentials(key, tokens(name));
                present[index] = `access-${name}`;
              } else if (kind === "refresh") {
                const stored = await own.read(key);
                const lease = stored && (await own.acquireLease(stored, 60_000));
                if (lease && (await lease.commit(tokens(name)))) present[index] = `access-${name}`;
              } else if (kind === "delete") {
                await own.deleteCredentials(key);
                present[index] = undefined;
              } else if (kind === "revoke") {
                await own.revoke(key);
                present[index] = undefined;
              } else {
                expect((await own.getCredentials(key))?.accessToken.secret()).toBe(present[index]);
              }
            }
          });
          const resealing = resealCredentials({ store: shared, keys: rotated, batchSize });
          await scheduler.waitFor(Promise.all([resealing, ...lives]));
          expect(await resealing).toMatchObject({ remaining: 0, unreadable: 0 });
          expect(await accessTokens(users.length, after)).toEqual(present);
        },
      ),
    );
  });
});
