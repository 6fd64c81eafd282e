import { calculateJwkThumbprint, exportJWK } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "../src/index.js";
import { authorize, discover, redirectUri } from "./relying-party.js";

const clients = [
  { clientId: "app", authentication: "none", redirectUris: [redirectUri] },
  { clientId: "service", clientSecret: "s", dpopBoundAccessTokens: true },
] as const;

let server: AuthorizationServer;
let demanding: AuthorizationServer;

beforeAll(async () => {
  server = await startAuthorizationServer({ clients });
  demanding = await startAuthorizationServer({ clients, dpop: { requireNonce: true } });
});

afterAll(async () => {
  await server.stop();
  await demanding.stop();
});

it("binds the tokens of a public client to its key, the refresh token too", async () => {
  const app = await discover(server, "app");
  const keys = await client.randomDPoPKeyPair();
  const dpop = client.getDPoPHandle(app, keys);
  const tokens = await authorize(server, app, { scope: "openid offline_access", dpop });
  expect(tokens.token_type).toBe("dpop");
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
    confirmation: { jkt: await calculateJwkThumbprint(await exportJWK(keys.publicKey)) },
  });
  expect(
    await client.fetchUserInfo(app, tokens.access_token, "alice", { DPoP: dpop }),
  ).toMatchObject({ sub: "alice" });

  const refreshToken = String(tokens.refresh_token);
  const thief = client.getDPoPHandle(app, await client.randomDPoPKeyPair());
  await expect(
    client.refreshTokenGrant(app, refreshToken, {}, { DPoP: thief }),
  ).rejects.toMatchObject({ error: "invalid_grant" });
  await expect(client.refreshTokenGrant(app, refreshToken)).rejects.toMatchObject({
    error: "invalid_grant",
  });
  const refreshed = await client.refreshTokenGrant(app, refreshToken, {}, { DPoP: dpop });
  expect(refreshed.token_type).toBe("dpop");
});

it("refuses a client that must send proofs and does not", async () => {
  const service = await discover(server, "service", client.ClientSecretBasic("s"));
  await expect(client.clientCredentialsGrant(service, {})).rejects.toMatchObject({
    error: "invalid_grant",
  });
  const dpop = client.getDPoPHandle(service, await client.randomDPoPKeyPair());
  const tokens = await client.clientCredentialsGrant(service, {}, { DPoP: dpop });
  expect(tokens.token_type).toBe("dpop");
});

it("demands a nonce where it is told to", async () => {
  const service = await discover(demanding, "service", client.ClientSecretBasic("s"));
  const dpop = client.getDPoPHandle(service, await client.randomDPoPKeyPair());
  const before = demanding.tokenRequests.length;
  await client.clientCredentialsGrant(service, {}, { DPoP: dpop });
  await client.clientCredentialsGrant(service, {}, { DPoP: dpop });
  expect(demanding.tokenRequests.slice(before)).toMatchObject([
    { dpop: true, error: "use_dpop_nonce" },
    { dpop: true, error: undefined },
    { dpop: true, error: undefined },
  ]);
});
