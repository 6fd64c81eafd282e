import { randomBytes } from "node:crypto";
import {
  AccessToken,
  type CredentialKey,
  CredentialService,
  credentialId,
  generateKey,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { startHttpServer } from "@rak-oauth/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import { hashApiKey } from "../../src/api/index.js";
import { openApiWorld } from "./api-world.js";

const alice = { tenantId: "acme", userId: "alice", provider: "calendar" };

/** An API on which users are connected, at a provider whose revocation endpoint answers so. */
async function openWorld(answerRevocation: () => Response = () => new Response()) {
  const revoked: string[] = [];
  const provider = await startHttpServer(async (request) => {
    revoked.push(new URLSearchParams(await request.text()).get("token") ?? "");
    return answerRevocation();
  });
  onTestFinished(() => provider.stop());
  const acmeKey = `rak_oauth_${randomBytes(32).toString("base64url")}`;
  const world = await openApiWorld({
    clients: [{ name: "acme", tenantId: "acme", keys: [hashApiKey(acmeKey)] }],
    config: { revocationUrl: `${provider.url}/revoke`, allowInsecureLoopback: true },
  });
  return {
    ...world,
    acmeKey,
    revoked,
    async connectBeforeKeyLoss(key: CredentialKey) {
      const keys = parseKeyring(`lost:${generateKey()}`);
      const before = new CredentialService({ store: world.credentialStore, keys });
      await before.storeCredentials(key, { accessToken: new AccessToken("canary-access") });
      return credentialId(key);
    },
    async connect(key: CredentialKey) {
      await world.credentials.storeCredentials(key, {
        accessToken: new AccessToken("canary-access", {
          scopes: ["calendar.read"],
          expiresAt: new Date(world.time.now() + 3_600_000),
        }),
        refreshToken: new Secret("canary-refresh"),
        account: { subject: "7", email: "alice@mail.example", emailVerified: true },
      });
      return credentialId(key);
    },
  };
}

describe("GET /connections", () => {
  it("shows what a user has connected, and no token", async () => {
    const { ask, connect } = await openWorld();
    const id = await connect({ ...alice, account: "work" });
    await connect({ ...alice, userId: "bob" });
    const gone = await connect({ ...alice, provider: "gone" });
    const response = await ask("GET", "/connections?userId=alice&tenantId=acme");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(text).not.toContain("canary");
    const { connections } = JSON.parse(text) as { readonly connections: readonly object[] };
    const shown = {
      account_identity: { subject: "7", email: "alice@mail.example", email_verified: true },
      scopes: ["calendar.read"],
      status: "active",
      connected_at: "2026-01-01T00:00:00.000Z",
      refreshed_at: "2026-01-01T00:00:00.000Z",
      expires_at: "2026-01-01T01:00:00.000Z",
    };
    expect(connections).toHaveLength(2);
    expect(connections).toContainEqual({
      ...shown,
      id,
      provider: "calendar",
      display_name: "Calendar",
      account: "work",
    });
    expect(connections).toContainEqual({
      ...shown,
      id: gone,
      provider: "gone",
      display_name: "gone",
    });
  });

  it("shows the others beside one that cannot be read any more", async () => {
    const { ask, connect, connectBeforeKeyLoss } = await openWorld();
    const id = await connect({ ...alice, account: "work" });
    const lost = await connectBeforeKeyLoss(alice);
    const response = await ask("GET", "/connections?userId=alice&tenantId=acme");
    expect(response.status).toBe(200);
    const { connections } = (await response.json()) as { readonly connections: readonly object[] };
    expect(connections).toHaveLength(2);
    expect(connections).toContainEqual(expect.objectContaining({ id, status: "active" }));
    expect(connections).toContainEqual({
      id: lost,
      provider: "calendar",
      display_name: "Calendar",
      scopes: [],
      status: "unreadable",
      connected_at: "2026-01-01T00:00:00.000Z",
      refreshed_at: "2026-01-01T00:00:00.000Z",
    });
  });

  it("needs to know whose, and knows a user without a tenant from one of a tenant", async () => {
    const { ask, connect } = await openWorld();
    await connect(alice);
    const all = await ask("GET", "/connections?tenantId=acme");
    expect(await all.json()).toMatchObject({ status: 400, detail: "userId is missing." });
    const twice = await ask("GET", "/connections?userId=alice&userId=bob");
    expect(await twice.json()).toMatchObject({ status: 400, detail: "userId must be one text." });
    const other = await ask("GET", "/connections?userId=alice");
    expect(await other.json()).toEqual({ connections: [] });
  });

  it.each([
    ["has 513 characters", "x".repeat(513)],
    ["has 514 bytes", "ü".repeat(257)],
    ["contains a NUL", "alice\0"],
  ])("refuses, by every route, a user whose id %s", async (_name, userId) => {
    const { ask, log } = await openWorld();
    const query = new URLSearchParams({ userId });
    const wish = { provider: "calendar", userId };
    for (const response of [
      await ask("GET", `/connections?${query}`),
      await ask("DELETE", `/connections/any?${query}`),
      await ask("POST", "/authorizations", { body: wish }),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining("userId") });
    }
    expect(log).toEqual({ started: [], disconnected: [], failures: [] });
  });

  it("stays within the tenant that a client is bound to", async () => {
    const { ask, acmeKey, connect } = await openWorld();
    const id = await connect(alice);
    await connect({ ...alice, tenantId: "other" });
    const own = await ask("GET", "/connections?userId=alice", { bearer: acmeKey });
    expect(await own.json()).toMatchObject({ connections: [{ id }] });
    const foreign = await ask("GET", "/connections?userId=alice&tenantId=other", {
      bearer: acmeKey,
    });
    expect(foreign.status).toBe(403);
  });
});

describe("DELETE /connections/:id", () => {
  const revokedOnce = { disconnected: true, access_token: "revoked", refresh_token: "revoked" };

  it("TR-12 revokes the tokens, forgets them, and says so once", async () => {
    const { ask, connect, credentials, revoked, log } = await openWorld();
    const id = await connect(alice);
    const path = `/connections/${id}?userId=alice&tenantId=acme`;
    const response = await ask("DELETE", path);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(revokedOnce);
    expect(revoked).toEqual(["canary-refresh", "canary-access"]);
    expect(await credentials.read(alice)).toBeUndefined();
    const result = { disconnected: true, accessToken: "revoked", refreshToken: "revoked" };
    expect(log.disconnected).toEqual([[alice, result, "everything"]]);
    expect((await ask("DELETE", path)).status).toBe(404);
  });

  it("TR-12 says what was not revoked, and forgets it all the same", async () => {
    const refusal = { error: "invalid_client", error_description: "canary" };
    const { ask, connect, credentials } = await openWorld(() =>
      Response.json(refusal, { status: 400 }),
    );
    const id = await connect(alice);
    const response = await ask("DELETE", `/connections/${id}?userId=alice&tenantId=acme`);
    expect(await response.json()).toEqual({
      disconnected: true,
      access_token: "failed",
      refresh_token: "failed",
    });
    expect(await credentials.read(alice)).toBeUndefined();
  });

  it("forgets a connection whose provider is configured no more, and does not claim more", async () => {
    const { ask, connect, credentials, revoked } = await openWorld();
    const key = { ...alice, provider: "gone" };
    const id = await connect(key);
    const response = await ask("DELETE", `/connections/${id}?userId=alice&tenantId=acme`);
    expect(await response.json()).toEqual({
      disconnected: true,
      access_token: "failed",
      refresh_token: "failed",
    });
    expect(revoked).toEqual([]);
    expect(await credentials.read(key)).toBeUndefined();
  });

  it("forgets a connection that cannot be read any more, and does not claim more", async () => {
    const { ask, connectBeforeKeyLoss, credentialStore, revoked } = await openWorld();
    const id = await connectBeforeKeyLoss(alice);
    const response = await ask("DELETE", `/connections/${id}?userId=alice&tenantId=acme`);
    expect(await response.json()).toEqual({
      disconnected: true,
      access_token: "unreadable",
      refresh_token: "unreadable",
    });
    expect(revoked).toEqual([]);
    expect(await credentialStore.read(alice)).toBeUndefined();
  });

  it("reaches connections of the named user alone", async () => {
    const { ask, acmeKey, connect, credentials, revoked } = await openWorld();
    const id = await connect(alice);
    const foreign = await connect({ ...alice, tenantId: "other" });
    for (const [path, bearer, status] of [
      [`/connections/${id}?userId=bob&tenantId=acme`, undefined, 404],
      [`/connections/${id}?userId=alice&tenantId=other`, undefined, 404],
      [`/connections/${id}?userId=alice`, undefined, 404],
      [`/connections/${id}`, undefined, 400],
      [`/connections/${foreign}?userId=alice`, acmeKey, 404],
      [`/connections/${foreign}?userId=alice&tenantId=other`, acmeKey, 403],
    ] as const) {
      expect((await ask("DELETE", path, { bearer })).status, path).toBe(status);
    }
    expect(revoked).toEqual([]);
    expect(await credentials.read(alice)).toBeDefined();
  });
});
