import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthorizationCodeFlow, refuseAllBrowsers } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import { type OpenStores, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import {
  findFreePort,
  signIn,
  startAuthorizationServer,
  startPostgres,
  startRedis,
} from "@rak-oauth/test-kit";
import { serializeSigned } from "hono/utils/cookie";
import { Redis } from "ioredis";
import { CookieJar } from "tough-cookie";
import { afterEach, expect, it } from "vitest";
import { startServerProcess } from "./server-process.js";

const sessionSecret = generateKey();
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

it.each([
  ["Redis", openOnRedis],
  ["PostgreSQL", openOnPostgres],
] as const)(
  "AC-02 AC-20 an agent in another process learns how its user decided, through %s",
  {
    timeout: 120_000,
  },
  async (_name, openDatabase) => {
    const database = await openDatabase();
    const authorizationServer = await startAuthorizationServer();
    cleanUps.push(() => authorizationServer.stop());
    const folder = await mkdtemp(join(tmpdir(), "callback-server-"));
    cleanUps.push(() => rm(folder, { recursive: true }));

    const port = await findFreePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const { issuer } = authorizationServer;
    const redirectUri = `${publicUrl}/oauth2/callback/calendar`;
    await authorizationServer.registerClient({
      clientId: "server",
      clientSecret: "server-secret",
      redirectUris: [redirectUri],
    });
    const provider: OAuth2ConfigInput = {
      provider: "calendar",
      displayName: "Calendar",
      clientId: "server",
      clientSecret: "server-secret",
      issuer,
      authUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      scopes: ["openid", "offline_access", "calendar.read"],
      issParameterSupported: true,
      allowInsecureLoopback: true,
    };
    const providersFile = join(folder, "providers.json");
    await writeFile(providersFile, JSON.stringify([provider]));
    const keyLine = `test:${generateKey()}`;
    const server = startServerProcess({
      PORT: String(port),
      ...database.settings,
      RAK_OAUTH_KEYS: keyLine,
      RAK_OAUTH_PROVIDERS_FILE: providersFile,
      RAK_OAUTH_VERIFY_USER: "cookie",
      RAK_OAUTH_SESSION_COOKIE: "session",
      RAK_OAUTH_SESSION_SECRETS: sessionSecret,
    });
    cleanUps.push(async () => {
      server.process.kill("SIGTERM");
      expect(await server.ended).toBe(0);
    });
    await server.logged("ready");

    const stores = database.connect();
    const credentials = new CredentialService({
      store: stores.credentials,
      keys: parseKeyring(keyLine),
    });
    const agent = new AuthorizationCodeFlow({
      configs: [defineOAuth2Config({ ...provider, redirectUri })],
      credentials,
      pendingAuthorizations: stores.pendingAuthorizations,
      connectUrl: `${publicUrl}/oauth2/connect`,
      verifyUser: refuseAllBrowsers,
    });

    const wish = { provider: "calendar", userId: "alice-of-our-app" };
    const started = await agent.start(wish);
    const waiting = agent.waitForAuthorization(started.id);
    const bob = await signedIn(publicUrl, "bob-of-our-app");
    expect((await signIn({ url: started.url, user: "bob", cookies: bob })).status).toBe(403);
    const { status, body } = await signIn({
      url: started.url,
      user: "alice",
      cookies: await signedIn(publicUrl, "alice-of-our-app"),
    });
    expect(status).toBe(200);
    expect(body).toContain("Calendar connected");
    expect(await waiting).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(wish);
    const token = stored?.accessToken.secret() ?? "";
    expect(await authorizationServer.verifyAccessToken(token)).toMatchObject({ sub: "alice" });

    const again = await agent.start({ ...wish, userId: "bob-of-our-app" });
    const denied = agent.waitForAuthorization(again.id);
    await signIn({ url: again.url, user: "bob", decision: "deny", cookies: bob });
    expect(await denied).toEqual({ status: "denied", failure: "access_denied" });

    const { stdout } = server.output;
    expect(stdout).toContain('"path":"/oauth2/callback/calendar"');
    for (const secret of [
      token,
      stored?.refreshToken?.secret() ?? "",
      started.id,
      "server-secret",
    ]) {
      expect(secret).not.toBe("");
      expect(stdout).not.toContain(secret);
    }
    expect(stdout).not.toMatch(/[?&](code|state|request)=/);
  },
);

/** A browser that is signed in to the application. */
async function signedIn(publicUrl: string, userId: string): Promise<CookieJar> {
  const cookies = new CookieJar();
  const cookie = await serializeSigned("session", userId, sessionSecret, { path: "/" });
  await cookies.setCookie(cookie, publicUrl);
  return cookies;
}

interface Database {
  readonly settings: Readonly<Record<string, string>>;
  /** Connects the agent, once the server has made its tables. */
  connect(): Pick<OpenStores, "credentials" | "pendingAuthorizations">;
}

async function openOnRedis(): Promise<Database> {
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  return {
    settings: { REDIS_URL: redis.url },
    connect() {
      const client = new Redis(redis.url);
      cleanUps.push(async () => client.disconnect());
      return {
        credentials: new RedisCredentialStore({ client }),
        pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
      };
    },
  };
}

async function openOnPostgres(): Promise<Database> {
  const postgres = await startPostgres();
  cleanUps.push(() => postgres.stop());
  return {
    settings: { DATABASE_URL: postgres.url },
    connect() {
      const stores = openPostgresStores({ connectionString: postgres.url });
      cleanUps.push(() => stores.close());
      return stores;
    },
  };
}
