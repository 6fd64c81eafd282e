import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "../src/index.js";
import { discover, type Tokens } from "./relying-party.js";

const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const trusted = "https://identity.example";

let server: AuthorizationServer;
let agent: client.Configuration;
let signingKey: CryptoKey;
let strangersKey: CryptoKey;
let nextId = 0;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  signingKey = privateKey;
  strangersKey = (await generateKeyPair("ES256")).privateKey;
  server = await startAuthorizationServer({
    clients: [{ clientId: "agent", clientSecret: "a", grantTypes: [grantType] }],
    trustedAssertionIssuers: [{ issuer: trusted, jwks: { keys: [await exportJWK(publicKey)] } }],
  });
  agent = await discover(server, "agent", client.ClientSecretBasic("a"));
});

afterAll(() => server.stop());

function sign(claims: Readonly<Record<string, unknown>> = {}, key = signingKey): Promise<string> {
  nextId += 1;
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const complete = {
    iss: trusted,
    sub: "alice",
    aud: server.issuer,
    exp: nowSeconds + 60,
    jti: `assertion-${nextId}`,
    ...claims,
  };
  return new SignJWT(complete).setProtectedHeader({ alg: "ES256" }).sign(key);
}

function grant(assertion: string, scope = "calendar.read"): Promise<Tokens> {
  return client.genericGrantRequest(agent, grantType, { assertion, scope });
}

it("gives an access token for the user whom a trusted issuer vouches for", async () => {
  const tokens = await grant(await sign());
  expect(tokens.refresh_token).toBeUndefined();
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
    sub: "alice",
    clientId: "agent",
    scopes: ["calendar.read"],
  });
  expect(server.tokenRequests.at(-1)).toMatchObject({ grantType, scope: "calendar.read" });
});

it("takes the token endpoint as audience too", async () => {
  const { token_endpoint } = agent.serverMetadata();
  const tokens = await grant(await sign({ aud: [String(token_endpoint)] }));
  expect(tokens.scope).toBe("calendar.read");
});

it("takes an assertion once", async () => {
  const assertion = await sign();
  await grant(assertion);
  await expect(grant(assertion)).rejects.toMatchObject({ error: "invalid_grant" });
});

it.each<[string, Readonly<Record<string, unknown>>]>([
  ["of an issuer that is not trusted", { iss: "https://stranger.example" }],
  ["for another audience", { aud: "https://elsewhere.example" }],
  ["that has expired", { exp: 1_700_000_000 }],
  ["without expiry", { exp: undefined }],
  ["about nobody that is known", { sub: "mallory" }],
  ["about nobody at all", { sub: undefined }],
])("refuses an assertion %s", async (_what, claims) => {
  await expect(grant(await sign(claims))).rejects.toMatchObject({ error: "invalid_grant" });
});

it("refuses an assertion with a stranger's signature, or that is none", async () => {
  await expect(grant(await sign({}, strangersKey))).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(grant("not.a.jwt")).rejects.toMatchObject({ error: "invalid_grant" });
  await expect(grant("")).rejects.toMatchObject({ error: "invalid_request" });
});

it("refuses a scope that the server does not have", async () => {
  await expect(grant(await sign(), "everything")).rejects.toMatchObject({ error: "invalid_scope" });
});
