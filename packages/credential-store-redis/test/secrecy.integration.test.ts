import {
  AccessToken,
  CredentialService,
  generateKey,
  type OAuth2Credentials,
  parseKeyring,
  SealingError,
  Secret,
} from "@rak-oauth/core";
import { startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RedisCredentialStore } from "../src/index.js";
import { someKey } from "./stored-credential.js";

let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;

beforeAll(async () => {
  server = await startRedis({ ignoreEnvironment: true });
  client = new Redis(server.url);
}, 120_000);

afterAll(async () => {
  client.disconnect();
  await server.stop();
});

function credentials(generation: number): OAuth2Credentials {
  return {
    accessToken: new AccessToken(`canary-access-${generation}`, {
      expiresAt: new Date(Date.now() + 3_600_000),
    }),
    refreshToken: new Secret(`canary-refresh-${generation}`),
  };
}

function serviceOf(store: RedisCredentialStore): CredentialService {
  return new CredentialService({ store, keys: parseKeyring(`test:${generateKey()}`) });
}

it("ST-07 neither the commands sent nor the values kept hold a token", async () => {
  const seen: string[] = [];
  // ioredis fails on a line that comes with the answer to MONITOR: nobody else may be talking then.
  await client.ping();
  const monitor = await new Redis(server.url, { lazyConnect: true }).monitor();
  monitor.on("monitor", (_time: string, command: readonly string[]) => {
    seen.push(command.join(" "));
  });
  const service = serviceOf(new RedisCredentialStore({ client }));
  const key = someKey();
  await service.storeCredentials(key, credentials(1));
  const stored = await service.read(key);
  if (!stored) return expect.unreachable("what was stored is there");
  const lease = await service.acquireLease(stored, 60_000);
  expect(await lease?.commit(credentials(2))).toBe(true);
  expect((await service.getCredentials(key))?.accessToken.secret()).toBe("canary-access-2");
  await service.listConnections(key);
  await service.revoke(key);
  await client.ping("the end");
  await expect.poll(() => seen.some((command) => command.includes("the end"))).toBe(true);
  monitor.disconnect();
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.join("\n")).not.toContain("canary");
  for (const name of await client.keys("*")) {
    const dump = await client.dumpBuffer(name);
    expect(name + dump?.toString("latin1")).not.toContain("canary");
  }
});

it("ST-04 a value moved to another key does not open", async () => {
  const service = serviceOf(new RedisCredentialStore({ client, keyPrefix: "moved:" }));
  const alice = someKey();
  const mallory = { ...alice, provider: "other" };
  await service.storeCredentials(alice, credentials(1));
  await service.storeCredentials(mallory, credentials(2));
  const names = await client.keys("moved:*:c:*");
  const from = names.find((name) => name.includes("\0example\0")) ?? "";
  const to = names.find((name) => name.includes("\0other\0")) ?? "";
  await client.copy(from, to, "REPLACE");
  await expect(service.read(mallory)).rejects.toThrow(SealingError);
});

it("nothing that holds a credential expires", async () => {
  const keyPrefix = "lasting:";
  const store = new RedisCredentialStore({ client, keyPrefix });
  const service = serviceOf(store);
  const key = someKey();
  await service.storeCredentials(key, credentials(1));
  const stored = await service.read(key);
  if (!stored) return expect.unreachable("what was stored is there");
  const lease = await service.acquireLease(stored, 60_000);
  const expectNoExpiry = async () => {
    const names = await client.keys(`${keyPrefix}*`);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) expect(await client.ttl(name)).toBe(-1);
  };
  await expectNoExpiry();
  await lease?.commit(credentials(2));
  await expectNoExpiry();
  await service.revoke(key);
  await expectNoExpiry();
});

it("leaves nothing behind of what was deleted", async () => {
  const keyPrefix = "deleted:";
  const store = new RedisCredentialStore({ client, keyPrefix });
  const service = serviceOf(store);
  const one = someKey();
  await service.storeCredentials(one, credentials(1));
  const stored = await service.read(one);
  if (stored) await service.acquireLease(stored, 60_000);
  await service.storeCredentials({ ...one, provider: "other" }, credentials(2));
  await service.deleteCredentials(one);
  await service.deleteAllCredentials(one);
  expect(await client.keys(`${keyPrefix}*`)).toEqual([]);
});
