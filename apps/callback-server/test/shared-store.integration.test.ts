import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  NeedsUserAuthorizationError,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import type { Storage } from "@rak-oauth/environment";
import {
  type AuthorizationServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
  startPostgres,
  startRedis,
} from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { pino } from "pino";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openStores } from "../src/open-stores.js";
import { askInProcesses } from "./token-process.js";

const alice = { tenantId: "acme", userId: "alice" };
const key = { ...alice, provider: "calendar" };
const silent = pino({ level: "silent" });

const databases: readonly (readonly [string, () => Promise<Storage>])[] = [
  [
    "Redis",
    async () => {
      const redis = await startRedis({ ignoreEnvironment: true });
      onTestFinished(() => redis.stop());
      return { kind: "redis", url: redis.url };
    },
  ],
  [
    "PostgreSQL",
    async () => {
      const postgres = await startPostgres();
      onTestFinished(() => postgres.stop());
      return { kind: "postgres", connectionString: postgres.url };
    },
  ],
];

describe.each(databases)("processes that share %s", { timeout: 120_000 }, (_name, start) => {
  it("TM-01 refresh an expired token once for all their callers, and the grant lives on", async () => {
    const world = await connectAlice(await start());
    const stored = await world.credentials.getCredentials(key);
    if (stored === undefined) return expect.unreachable("alice has connected");
    const expired = new AccessToken(stored.accessToken.secret(), {
      expiresAt: new Date(0),
      scopes: stored.accessToken.scopes,
    });
    await world.credentials.storeCredentials(key, { ...stored, accessToken: expired });

    const { storage, keyLine, config } = world;
    const order = { storage, keyLine, config, subject: alice, callers: 50 };
    const answers = await askInProcesses(4, order);

    expect(answers.flatMap((each) => each.failures)).toEqual([]);
    const tokens = answers.flatMap((each) => each.tokens);
    expect(tokens).toHaveLength(200);
    expect(new Set(tokens).size).toBe(1);
    expect(world.refreshes()).toEqual([undefined]);
    const [token = ""] = tokens;
    expect(token).not.toBe(expired.secret());
    expect(await world.authorizationServer.verifyAccessToken(token)).toMatchObject({
      sub: "alice",
    });

    // Reuse of a rotated refresh token would have ended the grant, and this would fail.
    const { tokens: manager } = await world.openProcess();
    const next = await manager.getToken({ ...alice, forceRefresh: true });
    expect(next.secret()).not.toBe(token);
    expect(world.refreshes()).toEqual([undefined, undefined]);
  });

  it("TM-16 stop using within a second what one of them disconnects, and it stays so", async () => {
    const world = await connectAlice(await start());
    const first = await world.openProcess();
    const second = await world.openProcess();
    const read = vi.spyOn(second.store, "read");
    const token = await second.tokens.getToken(alice);
    expect(await second.tokens.getToken(alice)).toBe(token);
    expect(read, "the second answer came from the cache").toHaveBeenCalledTimes(1);

    expect(await first.tokens.disconnect(alice)).toEqual({
      disconnected: true,
      accessToken: "revoked",
      refreshToken: "revoked",
    });
    const isStopped = () =>
      expect(second.tokens.getToken(alice)).rejects.toThrow(NeedsUserAuthorizationError);
    await vi.waitFor(isStopped, { timeout: 1_000, interval: 10 });
    await isStopped();
    expect(await world.authorizationServer.verifyAccessToken(token.secret())).toBeUndefined();
    expect(world.refreshes()).toEqual([]);
  });
});

/** An application on a store of its own, whose user alice has connected her account in a browser. */
async function connectAlice(storage: Storage) {
  const authorizationServer = await startAuthorizationServer();
  onTestFinished(() => authorizationServer.stop());
  let handle: AuthorizationCodeFlow["handler"] | undefined;
  const application = await startHttpServer(
    async (request) => (await handle?.(request)) ?? new Response(null, { status: 503 }),
  );
  onTestFinished(() => application.stop());
  const config = await register(authorizationServer, `${application.url}/oauth2/callback`);
  const keyLine = `test:${generateKey()}`;

  const open = async () => {
    const stores = await openStores(storage, silent);
    onTestFinished(() => stores.close());
    const { credentials: store, pendingAuthorizations } = stores;
    const credentials = new CredentialService({ store, keys: parseKeyring(keyLine) });
    return { store, pendingAuthorizations, credentials };
  };
  const { credentials, pendingAuthorizations } = await open();
  const flow = new AuthorizationCodeFlow({
    configs: [defineOAuth2Config(config)],
    credentials,
    pendingAuthorizations,
    connectUrl: `${application.url}/oauth2/connect`,
    dangerouslyAllowAnyUser: true,
  });
  handle = flow.handler;
  const { url } = await flow.start(key);
  expect((await signIn({ url, user: "alice" })).status).toBe(200);

  return {
    authorizationServer,
    config,
    credentials,
    keyLine,
    storage,
    /** What another process of the application has: connections, keys and a cache of its own. */
    async openProcess() {
      const opened = await open();
      const tokens = new TokenManager({
        config: defineOAuth2Config(config),
        credentials: opened.credentials,
      });
      onTestFinished(() => tokens.close());
      return { store: opened.store, tokens };
    },
    /** The error of each refresh request so far, `undefined` for one that gave tokens. */
    refreshes: () =>
      authorizationServer.tokenRequests
        .filter(({ grantType }) => grantType === "refresh_token")
        .map(({ error }) => error),
  };
}

async function register(
  { issuer, registerClient }: AuthorizationServer,
  redirectUri: string,
): Promise<OAuth2ConfigInput> {
  const clientId = "application";
  const clientSecret = "application-secret";
  await registerClient({ clientId, clientSecret, redirectUris: [redirectUri] });
  return {
    provider: "calendar",
    clientId,
    clientSecret,
    issuer,
    authUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    revocationUrl: `${issuer}/token/revocation`,
    redirectUri,
    scopes: ["openid", "offline_access", "calendar.read"],
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
}
