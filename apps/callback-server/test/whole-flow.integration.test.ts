import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import { findFreePort, signIn, startAuthorizationServer, startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { afterEach, expect, it } from "vitest";
import { startServerProcess } from "./server-process.js";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

it("AC-20 an agent in another process learns how its user decided", {
  timeout: 120_000,
}, async () => {
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
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
    REDIS_URL: redis.url,
    RAK_OAUTH_KEYS: keyLine,
    RAK_OAUTH_PROVIDERS_FILE: providersFile,
  });
  cleanUps.push(async () => {
    server.process.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });
  await server.logged("ready");

  const client = new Redis(redis.url);
  cleanUps.push(async () => client.disconnect());
  const credentials = new CredentialService({
    store: new RedisCredentialStore({ client }),
    keys: parseKeyring(keyLine),
  });
  const agent = new AuthorizationCodeFlow({
    configs: [defineOAuth2Config({ ...provider, redirectUri })],
    credentials,
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
    connectUrl: `${publicUrl}/oauth2/connect`,
  });

  const wish = { provider: "calendar", userId: "alice-of-our-app" };
  const started = await agent.start(wish);
  const waiting = agent.waitForAuthorization(started.id);
  const { status, body } = await signIn({ url: started.url, user: "alice" });
  expect(status).toBe(200);
  expect(body).toContain("Calendar connected");
  expect(await waiting).toEqual({ status: "completed" });
  const stored = await credentials.getCredentials(wish);
  const token = stored?.accessToken.secret() ?? "";
  expect(await authorizationServer.verifyAccessToken(token)).toMatchObject({ sub: "alice" });

  const again = await agent.start({ ...wish, userId: "bob-of-our-app" });
  const denied = agent.waitForAuthorization(again.id);
  await signIn({ url: again.url, user: "bob", decision: "deny" });
  expect(await denied).toEqual({ status: "denied", failure: "access_denied" });

  const { stdout } = server.output;
  expect(stdout).toContain('"path":"/oauth2/callback/calendar"');
  for (const secret of [token, stored?.refreshToken?.secret() ?? "", started.id, "server-secret"]) {
    expect(secret).not.toBe("");
    expect(stdout).not.toContain(secret);
  }
  expect(stdout).not.toMatch(/[?&](code|state|request)=/);
});
