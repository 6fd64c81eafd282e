import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import { type AuthorizationServer, startAuthorizationServer } from "@rak-oauth/test-kit";
import { calculateJwkThumbprint } from "jose";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { TokenEndpoint, TokenManager } from "../src/index.js";
import { rejection } from "./managed-world.js";
import { connectAlice, endpointsOf, redirectUri } from "./signed-in.js";

/*
 * The life cycle against a real authorization server that rotates refresh tokens and ends the whole
 * grant when a spent one comes again.
 */
const files = "https://files.example/api";
const mail = "https://mail.example/api";
const keys = parseKeyring(`test:${generateKey()}`);
const managers: TokenManager[] = [];
let server: AuthorizationServer;
let store: MemoryCredentialStore;

beforeAll(async () => {
  server = await startAuthorizationServer({
    resources: [
      { indicator: files, scopes: ["files.read"] },
      { indicator: mail, scopes: ["mail.send"] },
    ],
    clients: [{ clientId: "app", authentication: "none", redirectUris: [redirectUri] }],
  });
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(managers.splice(0).map((manager) => manager.close()));
});

function manage(config: ReturnType<typeof configure>): TokenManager {
  const credentials = new CredentialService({ store, keys });
  const manager = new TokenManager({ config, credentials });
  managers.push(manager);
  return manager;
}

function configure(client: Partial<OAuth2ConfigInput>) {
  return defineOAuth2Config({ ...endpointsOf(server), clientId: "app", ...client });
}

/** Alice's grant in a new store. */
async function connect(client: Partial<OAuth2ConfigInput>, resources: readonly string[]) {
  const config = configure(client);
  store = new MemoryCredentialStore();
  const tokens = await connectAlice(new TokenEndpoint({ config }), resources);
  await new CredentialService({ store, keys }).storeCredentials(
    { userId: "alice", provider: config.provider },
    tokens,
  );
  return { config, tokens };
}

it("TM-03 AC-18 keeps a token for each resource of one rotating grant, whoever asks first", async () => {
  const scopes = ["openid", "offline_access", "files.read", "mail.send"];
  const { config } = await connect({ scopes, resources: [files] }, [files, mail]);
  const before = server.tokenRequests.length;
  const fleet = [manage(config), manage(config), manage(config)];
  const asked = fleet.flatMap((manager) =>
    [files, mail, mail].map((resource) => manager.getToken({ userId: "alice", resource })),
  );
  const tokens = await Promise.all(asked);
  const audiences = await Promise.all(
    tokens.map(async (token) => (await server.verifyAccessToken(token.secret()))?.audience),
  );
  expect(audiences).toEqual([files, mail, mail, files, mail, mail, files, mail, mail]);
  expect(server.tokenRequests.slice(before)).toMatchObject([
    { grantType: "refresh_token", error: undefined },
    { grantType: "refresh_token", error: undefined },
  ]);
  const [again] = fleet;
  const refreshed = await again?.getToken({ userId: "alice", forceRefresh: true });
  expect((await server.verifyAccessToken(refreshed?.secret() ?? ""))?.audience).toBe(files);
});

it("TR-11 keeps the key of a grant through its refreshes", async () => {
  const scopes = ["openid", "offline_access"];
  const { config, tokens } = await connect({ scopes, useDpop: true }, []);
  const first = await manage(config).getToken({ userId: "alice", forceRefresh: true });
  const second = await manage(config).getToken({ userId: "alice", forceRefresh: true });
  expect(second.secret()).not.toBe(first.secret());
  expect(second.tokenType).toBe("DPoP");
  expect(second.dpopKey?.secret()).toBe(tokens.accessToken.dpopKey?.secret());
  const jkt = await calculateJwkThumbprint(JSON.parse(second.dpopKey?.secret() ?? "{}"));
  expect((await server.verifyAccessToken(second.secret()))?.confirmation).toEqual({ jkt });
});

it("TR-12 revokes at the server what it says it revoked", async () => {
  const { config } = await connect({ scopes: ["openid", "offline_access"] }, []);
  const manager = manage(config);
  const token = await manager.getToken({ userId: "alice" });
  expect(await server.verifyAccessToken(token.secret())).toBeDefined();
  expect(await manager.disconnect({ userId: "alice" })).toEqual({
    disconnected: true,
    accessToken: "revoked",
    refreshToken: "revoked",
  });
  expect(await server.verifyAccessToken(token.secret())).toBeUndefined();
  expect(await rejection(manager.getToken({ userId: "alice" }))).toMatchObject({
    reason: "connect",
  });
});
