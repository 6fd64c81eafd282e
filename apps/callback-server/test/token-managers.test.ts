import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { startHttpServer } from "@rak-oauth/test-kit";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { startTokenManagers } from "../src/token-managers.js";

it("EV-01 finish a refresh that a process began and did not live to finish, and log no token", async () => {
  const provider = await startHttpServer(() =>
    Response.json({ access_token: "canary-new", token_type: "Bearer", expires_in: 3600 }),
  );
  onTestFinished(() => provider.stop());
  const config = defineOAuth2Config({
    provider: "calendar",
    clientId: "client",
    clientSecret: "canary-client-secret",
    authUrl: `${provider.url}/authorize`,
    tokenUrl: `${provider.url}/token`,
    redirectUri: "http://127.0.0.1:3000/oauth2/callback",
    allowInsecureLoopback: true,
  });
  const credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`test:${generateKey()}`),
  });
  const alice = { userId: "alice", provider: "calendar" };
  await credentials.storeCredentials(alice, {
    accessToken: new AccessToken("canary-old", { expiresAt: new Date(0), scopes: [] }),
    refreshToken: new Secret("canary-refresh"),
  });
  const seen = await credentials.read(alice);
  // What a process leaves behind that was killed while it refreshed.
  expect(seen && (await credentials.acquireLease(seen, 1))).toBeDefined();

  const logged: string[] = [];
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  const managers = startTokenManagers({ configs: [config], credentials, logger });
  const current = async () => (await credentials.read(alice))?.credentials.accessToken.secret();
  await expect.poll(current).toBe("canary-new");
  await managers.close();
  expect(logged.join("")).toMatch(/"type":"refreshed".*"recovered":true/);
  expect(logged.join("")).not.toContain("canary");
});
