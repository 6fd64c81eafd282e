import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AccessToken,
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { beforeEach, expect, it, vi } from "vitest";
import * as memory from "./examples/stores/memory.js";
import { moveTenant } from "./examples/stores/move.js";
import * as pglite from "./examples/stores/pglite.js";
import * as postgresql from "./examples/stores/postgresql.js";
import * as redis from "./examples/stores/redis.js";

const ofAlice = { userId: "alice", provider: "calendar" };
const tokens = { accessToken: new AccessToken("an access token"), refreshToken: new Secret("r1") };

beforeEach(() => {
  vi.stubEnv("RAK_OAUTH_KEYS", `test:${generateKey()}`);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

async function accessTokenIn(credentials: CredentialService): Promise<string | undefined> {
  return (await credentials.getCredentials(ofAlice))?.accessToken.secret();
}

it("store-postgresql.md: a second process reads what the first one stored", async () => {
  const server = await startPostgres();
  const first = await postgresql.openStorage(server.url);
  const second = await postgresql.openStorage(server.url);
  try {
    await first.credentials.storeCredentials(ofAlice, tokens);
    expect(await accessTokenIn(second.credentials)).toBe("an access token");
  } finally {
    await first.stores.close();
    await second.stores.close();
    await server.stop();
  }
});

it("store-pglite.md: a folder opens again, and its credentials move to another store", async () => {
  vi.stubEnv("RAK_OAUTH_KEYS", "");
  const folder = await mkdtemp(join(tmpdir(), "guide-"));
  try {
    const first = await pglite.openStorage(folder);
    await first.credentials.storeCredentials(ofAlice, tokens);
    await expect(pglite.openStorage(folder)).rejects.toThrow(
      `Folder ${folder} is in use by process ${process.pid} on`,
    );
    await first.stores.close();
    const second = await pglite.openStorage(folder);
    expect(await accessTokenIn(second.credentials)).toBe("an access token");
    const keys = parseKeyring(`other:${generateKey()}`);
    const other = new CredentialService({ store: new MemoryCredentialStore(), keys });
    expect(await moveTenant(second.credentials, other)).toBe(1);
    expect(await accessTokenIn(other)).toBe("an access token");
    await second.stores.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("store-redis.md: warns of a server that keeps too little, and keeps credentials", async () => {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  try {
    const { credentials } = await redis.openStorage(client);
    expect(vi.mocked(process.stderr.write).mock.calls.join()).toContain(
      "Redis writes no append-only file: a crash loses every token",
    );
    await credentials.storeCredentials(ofAlice, tokens);
    expect(await accessTokenIn(credentials)).toBe("an access token");
    await client.config("SET", "maxmemory", "100mb");
    await client.config("SET", "maxmemory-policy", "allkeys-lru");
    await expect(redis.openStorage(client)).rejects.toThrow("Redis may evict credentials");
  } finally {
    client.disconnect();
    await server.stop();
  }
});

it("store-memory.md: keeps credentials in this process, by a clock that tests move", async () => {
  await memory.credentials.storeCredentials(ofAlice, tokens);
  expect(await accessTokenIn(memory.credentials)).toBe("an access token");
  const { expiresInMs } = await import("./examples/stores/memory-clock.js");
  expect(expiresInMs).toBe(-30_000);
});
