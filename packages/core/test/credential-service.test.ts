import { inspect } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import {
  AccessToken,
  type Connection,
  type CredentialKey,
  type CredentialRecord,
  CredentialService,
  type CredentialStore,
  generateKey,
  type HeldLease,
  KeyServiceUnavailableError,
  MemoryCredentialStore,
  type OAuth2Credentials,
  parseKeyring,
  SealingError,
  Secret,
  type StoredCredential,
} from "../src/index.js";
import { errorOf } from "./error-of.js";
import { ManualClock } from "./manual-clock.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const alice: CredentialKey = { tenantId: "acme", userId: "alice", provider: "example" };
const account = {
  subject: "42",
  email: "alice@example.com",
  emailVerified: true,
  name: "Alice",
};

let storeClock: ManualClock;
let clock: ManualClock;
let store: MemoryCredentialStore;
let service: CredentialService;
const keys = parseKeyring(`test:${generateKey()}`);
const lost = new Error("The connection was lost.");

beforeEach(() => {
  storeClock = new ManualClock();
  clock = new ManualClock();
  store = new MemoryCredentialStore({ clock: storeClock });
  service = new CredentialService({ store, keys, clock });
});

function credentialsNamed(name: string, lifetimeSeconds = 3600): OAuth2Credentials {
  return {
    accessToken: new AccessToken(`canary-access-${name}`, {
      expiresAt: new Date(clock.now() + lifetimeSeconds * second),
      scopes: ["calendar.read"],
    }),
    refreshToken: new Secret(`canary-refresh-${name}`),
    lifetimeSeconds,
    account,
  };
}

async function stored(key: CredentialKey = alice): Promise<StoredCredential> {
  const found = await service.read(key);
  if (!found) throw new TypeError("Nothing is stored.");
  return found;
}

async function held(leaseMs = minute): Promise<HeldLease> {
  const lease = await service.acquireLease(await stored(), leaseMs);
  if (!lease) throw new TypeError("The lease was not given.");
  return lease;
}

async function accessToken(): Promise<string | undefined> {
  return (await service.getCredentials(alice))?.accessToken.secret();
}

describe("storing and getting", () => {
  it("gives back what was stored", async () => {
    const credentials = credentialsNamed("one");
    await service.storeCredentials(alice, credentials);
    const found = await service.getCredentials(alice);
    expect(found?.accessToken.secret()).toBe("canary-access-one");
    expect(found?.refreshToken?.secret()).toBe("canary-refresh-one");
    expect(found?.accessToken).toMatchObject({
      expiresAt: credentials.accessToken.expiresAt,
      scopes: ["calendar.read"],
      tokenType: "Bearer",
    });
    expect(found).toMatchObject({ lifetimeSeconds: 3600, account });
  });

  it("TR-09 names the account of tokens that are stored already, and disturbs no refresh", async () => {
    const issued = { ...credentialsNamed("one"), account: undefined };
    await service.storeCredentials(alice, issued);
    const lease = await held();
    expect(await service.setAccount(alice, issued.accessToken, account)).toBe(true);
    const found = await stored();
    expect(found.credentials).toMatchObject({ account, lifetimeSeconds: 3600 });
    expect(found.credentials.refreshToken?.secret()).toBe("canary-refresh-one");
    expect(found.credentials.accessToken.expiresAt).toEqual(issued.accessToken.expiresAt);
    expect(found.fingerprint).toBe(lease.stored.fingerprint);
    expect(await lease.commit(credentialsNamed("two"))).toBe(true);
    expect(await service.setAccount(alice, issued.accessToken, account)).toBe(false);
    expect(await accessToken()).toBe("canary-access-two");
    await service.deleteCredentials(alice);
    expect(await service.setAccount(alice, issued.accessToken, account)).toBe(false);
  });

  it("TR-11 keeps the key that a token is bound to beside it, sealed", async () => {
    const dpopKey = new Secret('{"kty":"EC","d":"canary-key"}');
    const accessToken = new AccessToken("canary", { tokenType: "DPoP", dpopKey });
    await service.storeCredentials(alice, { accessToken });
    const found = await service.getCredentials(alice);
    expect(found?.accessToken.tokenType).toBe("DPoP");
    expect(found?.accessToken.dpopKey?.secret()).toBe(dpopKey.secret());
    const record = await store.read(alice);
    expect(Buffer.from(record?.sealed ?? []).toString("latin1")).not.toContain("canary");
  });

  it("keeps what is absent absent", async () => {
    await service.storeCredentials(alice, { accessToken: new AccessToken("canary") });
    const found = await service.getCredentials(alice);
    expect(found?.accessToken.expiresAt).toBeUndefined();
    expect(found?.refreshToken).toBeUndefined();
    expect(found?.lifetimeSeconds).toBeUndefined();
    expect(found?.account).toBeUndefined();
    expect(await stored()).toMatchObject({ expiresInMs: undefined, leaseEndsInMs: 0 });
  });

  it("answers nothing for a key never stored, and for each part of the key apart", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    for (const key of [
      { ...alice, tenantId: undefined },
      { ...alice, userId: undefined },
      { ...alice, provider: "other" },
      { ...alice, account: "work" },
    ]) {
      expect(await service.getCredentials(key)).toBeUndefined();
      expect(await service.read(key)).toBeUndefined();
    }
  });

  it("replaces what was there", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    await service.storeCredentials(alice, credentialsNamed("two"));
    expect(await accessToken()).toBe("canary-access-two");
  });

  it("deletes one key, and all of one owner", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    expect(await service.deleteCredentials(alice)).toBe(true);
    expect(await service.deleteCredentials(alice)).toBe(false);
    expect(await accessToken()).toBeUndefined();
    await service.storeCredentials(alice, credentialsNamed("one"));
    await service.storeCredentials({ ...alice, account: "work" }, credentialsNamed("two"));
    await service.storeCredentials({ ...alice, userId: "bob" }, credentialsNamed("three"));
    expect(await service.deleteAllCredentials({ tenantId: "acme", userId: "alice" })).toBe(2);
    expect(await everybody(service, "acme")).toHaveLength(1);
  });

  it("ST-05 refuses a bad key everywhere, before the store is asked", async () => {
    const bad = { provider: "example", userId: "" };
    for (const action of [
      () => service.storeCredentials(bad, credentialsNamed("one")),
      () => service.getCredentials(bad),
      () => service.read(bad),
      () => service.revoke(bad),
      () => service.deleteCredentials(bad),
      () => service.deleteAllCredentials(bad),
      () => service.listConnections(bad),
    ]) {
      expect(await errorOf(action)).toMatchObject({ code: "invalid_credential_key" });
    }
  });

  it("shows nobody a whole tenant because a user's identifier was missing", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const error = await errorOf(() => service.listConnections({ tenantId: "acme" }));
    expect(error).toMatchObject({ code: "missing_user_id" });
  });

  it("gives no credentials once revoked or dead, but still says what became of them", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    await (await held()).requireReauthorization();
    expect(await service.getCredentials(alice)).toBeUndefined();
    expect((await stored()).status).toBe("reauthorization_required");
    const revoked = await service.revoke(alice);
    expect((await stored()).status).toBe("revoked");
    expect(revoked?.credentials?.refreshToken?.secret()).toBe("canary-refresh-one");
    expect(await service.getCredentials(alice)).toBeUndefined();
    expect(await service.revoke({ ...alice, userId: "bob" })).toBeUndefined();
  });
});

describe("TM-12 clocks an hour apart", () => {
  it.each([-hour, hour])("keeps the remaining lifetime with the store %i ms off", async (off) => {
    storeClock.advance(off);
    await service.storeCredentials(alice, credentialsNamed("one", 600));
    expect((await stored()).expiresInMs).toBe(600 * second);
    clock.advance(100 * second);
    storeClock.advance(100 * second);
    const found = await stored();
    expect(found.expiresInMs).toBe(500 * second);
    expect(found.credentials.accessToken.expiresAt?.getTime()).toBe(clock.now() + 500 * second);
    storeClock.advance(600 * second);
    expect((await stored()).expiresInMs).toBe(-100 * second);
  });

  it("keeps when each resource's token expires, however late the write lands", async () => {
    const token = (name: string, lifetimeSeconds: number) =>
      new AccessToken(`canary-${name}`, {
        expiresAt: new Date(clock.now() + lifetimeSeconds * second),
      });
    await service.storeCredentials(alice, credentialsNamed("one"));
    const lease = await held();
    const credentials = {
      ...credentialsNamed("two"),
      resourceTokens: [
        { resource: "https://a.example/", accessToken: token("a", 600), lifetimeSeconds: 600 },
        { resource: "https://b.example/", accessToken: new AccessToken("canary-b") },
      ],
    };
    clock.advance(minute);
    storeClock.advance(minute - second);
    await lease.commit(credentials);
    clock.advance(hour);
    storeClock.advance(minute);
    const found = await service.getCredentials(alice);
    const remaining = found?.resourceTokens?.map(
      ({ accessToken }) => accessToken.expiresAt && accessToken.expiresAt.getTime() - clock.now(),
    );
    expect(remaining).toEqual([8 * minute, undefined]);
    expect(found?.resourceTokens).toMatchObject([
      { resource: "https://a.example/", lifetimeSeconds: 600 },
      { resource: "https://b.example/" },
    ]);
  });

  it("keeps it also where nobody knows when the main token expires", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const lease = await held();
    const refreshed = {
      accessToken: new AccessToken("canary-main"),
      resourceTokens: [
        {
          resource: "https://a.example/",
          accessToken: new AccessToken("canary-a", { expiresAt: new Date(clock.now() + hour) }),
        },
      ],
    };
    let acknowledge = false;
    const commit = store.commit.bind(store);
    store.commit = async (...write) => (acknowledge ? commit(...write) : Promise.reject(lost));
    expect(await errorOf(() => lease.commit(refreshed))).toBe(lost);
    acknowledge = true;
    clock.advance(10 * minute);
    storeClock.advance(10 * minute);
    await lease.commit(refreshed);
    clock.advance(2 * hour);
    storeClock.advance(10 * minute);
    const remaining = async () => {
      const found = await service.getCredentials(alice);
      expect(found?.accessToken.expiresAt).toBeUndefined();
      const [token] = found?.resourceTokens ?? [];
      return (token?.accessToken.expiresAt?.getTime() ?? Number.NaN) - clock.now();
    };
    expect(await remaining()).toBe(40 * minute);
    expect(await service.setAccount(alice, refreshed.accessToken, account)).toBe(true);
    storeClock.advance(10 * minute);
    expect(await remaining()).toBe(30 * minute);
  });

  it("shows the same lifetime to a process whose clock is wrong", async () => {
    await service.storeCredentials(alice, credentialsNamed("one", 600));
    const wrong = new ManualClock(clock.now() + hour);
    const elsewhere = new CredentialService({ store, keys, clock: wrong });
    const found = await elsewhere.getCredentials(alice);
    expect(found?.accessToken.expiresAt?.getTime()).toBe(wrong.now() + 600 * second);
  });

  it("counts leases and backoff by the store's clock", async () => {
    storeClock.advance(hour);
    await service.storeCredentials(alice, credentialsNamed("one"));
    const lease = await held(minute);
    expect((await stored()).leaseEndsInMs).toBe(minute);
    storeClock.advance(2 * minute);
    expect((await stored()).leaseEndsInMs).toBe(0);
    await lease.release({ sent: true, retryInMs: minute });
    expect((await stored()).retryInMs).toBe(minute);
    storeClock.advance(2 * minute);
    expect((await stored()).retryInMs).toBe(0);
  });
});

describe("refreshing under a lease", () => {
  beforeEach(async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
  });

  it("gives the lease once, with the tokens to spend", async () => {
    const seen = await stored();
    const lease = await service.acquireLease(seen, minute);
    expect(lease?.stored.credentials.refreshToken?.secret()).toBe("canary-refresh-one");
    expect(lease?.stored.spendCount).toBe(1);
    expect(await service.acquireLease(seen, minute)).toBeUndefined();
  });

  it("commits once; repeating the write after a lost acknowledgement is a success", async () => {
    const lease = await held();
    const refreshed = credentialsNamed("two");
    expect(await lease.commit(refreshed)).toBe(true);
    const { fingerprint } = await stored();
    clock.advance(5 * second);
    expect(await lease.commit(refreshed)).toBe(true);
    expect((await stored()).fingerprint).toBe(fingerprint);
    expect(await accessToken()).toBe("canary-access-two");
  });

  it("writes the remaining lifetime when the write had to be repeated for a while", async () => {
    const lease = await held();
    const refreshed = credentialsNamed("two", 600);
    clock.advance(100 * second);
    expect(await lease.commit(refreshed)).toBe(true);
    expect((await stored()).expiresInMs).toBe(500 * second);
  });

  it("AC-17 a new consent wins over the refresh that was running", async () => {
    const lease = await held();
    await service.storeCredentials(alice, credentialsNamed("consent"));
    expect(await lease.commit(credentialsNamed("late"))).toBe(false);
    expect(await lease.renew(minute)).toBe(false);
    expect(await lease.release({ sent: true })).toBe(false);
    expect(await lease.requireReauthorization()).toBe(false);
    expect(await accessToken()).toBe("canary-access-consent");
  });

  it("TM-11 a revocation during the refresh stays", async () => {
    const lease = await held();
    await service.revoke(alice);
    expect(await lease.commit(credentialsNamed("late"))).toBe(false);
    expect((await stored()).status).toBe("revoked");
  });

  it("TM-09 a holder that comes late commits, unless a sibling was faster", async () => {
    const late = await held(minute);
    storeClock.advance(2 * minute);
    const sibling = await held(minute);
    expect(sibling.stored.spendCount).toBe(2);
    expect(await late.requireReauthorization()).toBe(false);
    expect(await late.commit(credentialsNamed("late"))).toBe(true);
    expect(await sibling.commit(credentialsNamed("sibling"))).toBe(false);
    expect(await accessToken()).toBe("canary-access-late");
  });

  it("TM-04 keeps the lease while it is renewed", async () => {
    const lease = await held(minute);
    storeClock.advance(50 * second);
    expect(await lease.renew(minute)).toBe(true);
    storeClock.advance(50 * second);
    expect(await service.acquireLease(await stored(), minute)).toBeUndefined();
  });

  it("leaves the provider alone for as long as was asked", async () => {
    await (await held()).release({ sent: false, retryInMs: minute });
    expect(await service.acquireLease(await stored(), minute)).toBeUndefined();
    storeClock.advance(minute);
    expect(await service.acquireLease(await stored(), minute)).toBeDefined();
  });

  it("gives a refresh that nobody finished to one claimer", async () => {
    const claim = { provider: alice.provider, limit: 10, claimMs: minute };
    await held(minute);
    expect(await service.claimOrphans(claim)).toEqual([]);
    storeClock.advance(2 * minute);
    expect(await service.claimOrphans(claim)).toEqual([alice]);
    storeClock.advance(minute - 1);
    expect(await service.claimOrphans(claim)).toEqual([]);
    storeClock.advance(1);
    expect(await service.claimOrphans(claim)).toEqual([alice]);
  });

  it("gives a credential that nobody refreshed for long to one claimer", async () => {
    const claim = { provider: alice.provider, limit: 10, claimMs: minute, idleMs: hour };
    storeClock.advance(hour - 1);
    expect(await service.claimIdle(claim)).toEqual([]);
    storeClock.advance(1);
    expect(await service.claimIdle(claim)).toEqual([alice]);
    storeClock.advance(minute - 1);
    expect(await service.claimIdle(claim)).toEqual([]);
    storeClock.advance(1);
    expect(await service.claimIdle(claim)).toEqual([alice]);
    await (await held()).commit(credentialsNamed("two"));
    expect(await service.claimIdle(claim)).toEqual([]);
  });

  it("gives no lease before the next data key is wrapped, so that nothing is left to do for the write", async () => {
    const order: string[] = [];
    const watched = new CredentialService({
      store: observing(store, (method) => order.push(method)),
      keys: {
        currentKeyId: keys.currentKeyId,
        wrap: async (...given) => {
          const wrapped = await keys.wrap(...given);
          order.push("wrapped");
          return wrapped;
        },
        unwrap: (...given) => keys.unwrap(...given),
      },
      clock,
    });
    const lease = await watched.acquireLease(await stored(), minute);
    expect(order.toSorted()).toEqual(["acquireLease", "wrapped"]);
    await lease?.commit(credentialsNamed("two"));
    expect(order.slice(2)).toEqual(["commit"]);
  });

  it("gives the lease back, unspent, when the next data key cannot be wrapped", async () => {
    const seen = await stored();
    const wrapping = new CredentialService({
      store,
      keys: {
        currentKeyId: keys.currentKeyId,
        wrap: () => Promise.reject(new SealingError("The key service does not answer.")),
        unwrap: (...given) => keys.unwrap(...given),
      },
      clock,
    });
    await expect(wrapping.acquireLease(seen, minute)).rejects.toThrow(SealingError);
    expect((await stored()).leaseEndsInMs).toBe(0);
    const lease = await service.acquireLease(seen, minute);
    expect(lease?.stored.spendCount).toBe(1);
  });

  it("gives the lease back, unspent, when the record does not open", async () => {
    const seen = await stored();
    const elsewhere = new CredentialService({
      store,
      keys: parseKeyring(`other:${generateKey()}`),
      clock,
    });
    expect(await errorOf(() => elsewhere.acquireLease(seen, minute))).toBeInstanceOf(SealingError);
    expect(await stored()).toMatchObject({ status: "active", leaseEndsInMs: 0 });
    storeClock.advance(2 * minute);
    const claim = { provider: alice.provider, limit: 10, claimMs: minute };
    expect(await service.claimOrphans(claim)).toEqual([]);
    expect((await held()).stored.spendCount).toBe(1);
  });
});

describe("watching", () => {
  it("tells of changes until stopped", async () => {
    const changes: string[] = [];
    const stop = await service.watch((change) => changes.push(change.kind));
    await service.storeCredentials(alice, credentialsNamed("one"));
    await service.deleteCredentials(alice);
    await stop?.();
    await service.storeCredentials(alice, credentialsNamed("two"));
    expect(changes).toEqual(["changed", "deleted"]);
  });

  it("answers nothing where the store cannot", async () => {
    const blind = Object.assign(
      observing(store, () => undefined),
      { watch: undefined },
    );
    const elsewhere = new CredentialService({ store: blind as CredentialStore, keys });
    expect(await elsewhere.watch(() => undefined)).toBeUndefined();
  });
});

describe("listing connections", () => {
  it("shows status, scopes, account and dates", async () => {
    storeClock.advance(hour);
    await service.storeCredentials(alice, credentialsNamed("one"));
    const [connection] = await service.listConnections({ tenantId: "acme", userId: "alice" });
    expect(connection).toEqual({
      key: alice,
      status: "active",
      scopes: ["calendar.read"],
      account,
      connectedAt: new Date(storeClock.now()),
      refreshedAt: new Date(storeClock.now()),
      expiresAt: new Date(clock.now() + hour),
    });
  });

  it("tells the four statuses apart", async () => {
    const providers = ["active", "backoff", "dead", "revoked"] as const;
    for (const provider of providers) {
      await service.storeCredentials({ ...alice, provider }, credentialsNamed(provider));
    }
    const leaseOf = async (provider: string) =>
      service.acquireLease(await stored({ ...alice, provider }), minute);
    await (await leaseOf("backoff"))?.release({ sent: true, retryInMs: minute });
    await (await leaseOf("dead"))?.requireReauthorization();
    await service.revoke({ ...alice, provider: "revoked" });
    const statuses = async () =>
      Object.fromEntries(
        (await service.listConnections({ tenantId: "acme", userId: "alice" })).map(
          ({ key, status }) => [key.provider, status],
        ),
      );
    expect(await statuses()).toEqual({
      active: "active",
      backoff: "backoff",
      dead: "reauthorization_required",
      revoked: "revoked",
    });
    storeClock.advance(2 * minute);
    expect(await statuses()).toMatchObject({ backoff: "active" });
  });

  it("shows the others beside one whose key was lost, and says so of that one", async () => {
    const lost = { ...alice, provider: "lost" };
    const before = new CredentialService({ store, keys: parseKeyring(`old:${generateKey()}`) });
    await before.storeCredentials(lost, credentialsNamed("lost"));
    await service.storeCredentials(alice, credentialsNamed("one"));
    const connections = await service.listConnections({ tenantId: "acme", userId: "alice" });
    expect(connections).toHaveLength(2);
    expect(connections).toContainEqual(expect.objectContaining({ key: alice, status: "active" }));
    expect(connections).toContainEqual({
      key: lost,
      status: "unreadable",
      scopes: [],
      account: undefined,
      connectedAt: new Date(storeClock.now()),
      refreshedAt: new Date(storeClock.now()),
      expiresAt: undefined,
    });
  });

  it("does not call a credential unreadable while the key service is away", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const away = new CredentialService({
      store,
      keys: {
        currentKeyId: "test",
        wrap: () => new Uint8Array(32),
        unwrap: async () => {
          throw new KeyServiceUnavailableError("The key service is away.");
        },
      },
    });
    for (const action of [
      () => away.listConnections({ tenantId: "acme", userId: "alice" }),
      () => away.revoke(alice),
    ]) {
      expect(await errorOf(action)).toMatchObject({ code: "key_service_unavailable" });
    }
  });

  it("stops the use of one that does not open, which can then be deleted", async () => {
    const before = new CredentialService({ store, keys: parseKeyring(`old:${generateKey()}`) });
    await before.storeCredentials(alice, credentialsNamed("lost"));
    const revoked = await service.revoke(alice);
    expect(revoked).toMatchObject({ key: alice, credentials: undefined });
    expect(await before.getCredentials(alice)).toBeUndefined();
    expect(await service.deleteCredentials(alice, revoked)).toBe(true);
  });

  it("shows all pages, each connection once", async () => {
    for (let index = 0; index < 205; index += 1) {
      await service.storeCredentials(
        { ...alice, account: `account-${index}` },
        credentialsNamed(String(index)),
      );
    }
    await service.storeCredentials({ ...alice, userId: "bob" }, credentialsNamed("bob"));
    const connections = await service.listConnections({ tenantId: "acme", userId: "alice" });
    expect(connections).toHaveLength(205);
    expect(new Set(connections.map(({ key }) => key.account)).size).toBe(205);
    expect(await everybody(service, "acme")).toHaveLength(206);
    expect(await everybody(service, "other")).toEqual([]);
  });

  it("ST-04 refuses a row that was put among another owner's", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const record = (await store.read(alice)) as CredentialRecord;
    const elsewhere = new CredentialService({
      store: Object.assign(
        observing(store, () => undefined),
        {
          list: async () => ({ records: [record] }),
        },
      ),
      keys,
    });
    for (const owner of [{ tenantId: "acme", userId: "mallory" }, { userId: "alice" }]) {
      const error = await errorOf(() => elsewhere.listConnections(owner));
      expect(error).toBeInstanceOf(SealingError);
    }
    expect(await everybody(elsewhere, "acme")).toHaveLength(1);
  });
});

describe("ST-04 rows that were changed behind the service's back", () => {
  it("does not open a record copied to another user", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const record = (await store.read(alice)) as CredentialRecord;
    const mallory = { ...alice, userId: "mallory" };
    await store.put(mallory, record);
    for (const action of [() => service.getCredentials(mallory), () => service.read(mallory)]) {
      const error = await errorOf(action);
      expect(error).toBeInstanceOf(SealingError);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    }
    expect(await service.listConnections({ tenantId: "acme", userId: "mallory" })).toMatchObject([
      { status: "unreadable", scopes: [], account: undefined },
    ]);
    expect((await service.revoke(mallory))?.credentials).toBeUndefined();
    expect(await accessToken()).toBe("canary-access-one");
  });

  it("does not believe what a row says of its own key", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const record = (await store.read(alice)) as CredentialRecord;
    const lying = new CredentialService({
      store: Object.assign(
        observing(store, () => undefined),
        { read: async () => record },
      ),
      keys,
    });
    const mallory = { ...alice, userId: "mallory" };
    expect(await errorOf(() => lying.getCredentials(mallory))).toBeInstanceOf(SealingError);
  });

  it("ST-07 writes no token in the clear", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const record = (await store.read(alice)) as CredentialRecord;
    expect(Buffer.from(record.sealed).toString("latin1")).not.toContain("canary");
    expect(record.fingerprint).toMatch(/^[\w-]{22}$/);
    expect(record.keyId).toBe("test");
  });
});

describe("EV-01 nothing that is handed out shows a secret", () => {
  it("not when inspected, nor as JSON", async () => {
    await service.storeCredentials(alice, credentialsNamed("one"));
    const lease = await held();
    const handedOut = [
      service,
      await service.getCredentials(alice),
      await service.read(alice),
      lease,
      lease.commit,
      await everybody(service, "acme"),
      await service.revoke(alice),
    ];
    for (const object of handedOut) {
      expect(inspect(object, { depth: 20, showHidden: true })).not.toContain("canary");
      expect(JSON.stringify(object) ?? "").not.toContain("canary");
    }
  });
});

/** The same store, with each call told to `observe` first. */
function observing(inner: CredentialStore, observe: (method: string) => void): CredentialStore {
  const methods = [
    "read",
    "put",
    "acquireLease",
    "renewLease",
    "commit",
    "releaseLease",
    "requireReauthorization",
    "revoke",
    "delete",
    "deleteAll",
    "list",
    "claimOrphans",
    "claimIdle",
    "listSealedByOtherKeys",
    "countSealedByOtherKeys",
    "reseal",
  ] as const;
  return Object.fromEntries(
    methods.map((method) => [
      method,
      (...given: never[]) => {
        observe(method);
        return (inner[method] as (...given: never[]) => unknown).apply(inner, given);
      },
    ]),
  ) as unknown as CredentialStore;
}

async function everybody(service: CredentialService, tenantId: string): Promise<Connection[]> {
  const connections: Connection[] = [];
  for await (const connection of service.listTenantConnections({ tenantId })) {
    connections.push(connection);
  }
  return connections;
}
