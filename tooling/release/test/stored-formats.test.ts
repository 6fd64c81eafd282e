import { readdir, readFile } from "node:fs/promises";
import { migrate, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
  RedisSuspendedCallStore,
} from "@rak-oauth/credential-store-redis";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { type PostgresSnapshot, restorePostgresSnapshot } from "./postgres-snapshot.js";
import { type RedisEntry, restoreRedisSnapshot } from "./redis-snapshot.js";
import {
  alice,
  bob,
  createStoredWorld,
  credentialsOfAlice,
  type StartedFlow,
  type Stores,
} from "./stored-world.js";

// What each released version wrote, made by write-format.ts with that version, and never changed after.
const formats = new URL("../formats/", import.meta.url);

describe.each(await readdir(formats))("what format %s left", (format) => {
  it("on PostgreSQL is opened, refreshed, finished and resumed", async () => {
    const { rows, started } = await readFixture<{ readonly rows: PostgresSnapshot }>(
      format,
      "postgresql",
    );
    const postgres = await startPostgres({ ignoreEnvironment: true });
    try {
      await restorePostgresSnapshot(postgres.url, rows);
      await migrate({ connectionString: postgres.url });
      const stores = openPostgresStores({ connectionString: postgres.url });
      await useEverything(stores, started);
      await stores.close();
    } finally {
      await postgres.stop();
    }
  });

  it("on Redis is opened, refreshed, finished and resumed", async () => {
    const { entries, started } = await readFixture<{ readonly entries: readonly RedisEntry[] }>(
      format,
      "redis",
    );
    // Names of keys are part of the fixture, so they are on a server that nobody shares.
    const redis = await startRedis({ ignoreEnvironment: true });
    const client = new Redis(redis.url);
    try {
      await restoreRedisSnapshot(client, entries);
      const stores = {
        credentials: new RedisCredentialStore({ client }),
        pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
        suspendedCalls: new RedisSuspendedCallStore({ client }),
      };
      await useEverything(stores, started);
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });
});

async function readFixture<Content>(
  format: string,
  database: string,
): Promise<Content & { readonly started: StartedFlow }> {
  return JSON.parse(await readFile(new URL(`${format}/${database}.json`, formats), "utf8"));
}

async function useEverything(stores: Stores, started: StartedFlow): Promise<void> {
  const { credentials, tokens, flow, resumption, tokenRequests } = createStoredWorld(stores);
  try {
    const stored = await credentials.getCredentials({ ...alice, provider: "example" });
    expect(stored?.accessToken.secret()).toBe(credentialsOfAlice.accessToken.secret());
    expect(stored?.account).toEqual(credentialsOfAlice.account);
    expect((await tokens.getToken(alice)).secret()).toBe("access-1");
    expect(tokenRequests[0]?.get("refresh_token")).toBe("refresh-0");

    const callback = new URL("https://agent.example.com/oauth2/callback?code=of-bob");
    callback.searchParams.set("state", started.state);
    const request = new Request(callback, { headers: { cookie: started.cookie } });
    expect(await flow.finish(request)).toMatchObject({
      status: "completed",
      pending: { id: started.authRequestId, key: { ...bob, provider: "example" } },
    });
    expect(tokenRequests[1]?.get("code")).toBe("of-bob");
    expect(tokenRequests[1]?.get("code_verifier")).toMatch(/^[\w-]{43}$/);

    expect(await resumption.resume(started.authRequestId)).toEqual([
      {
        callId: "call-1",
        toolName: "create_event",
        result: { status: "ok", data: { title: "Lunch", userId: "bob" } },
      },
    ]);
  } finally {
    await tokens.close();
  }
}
