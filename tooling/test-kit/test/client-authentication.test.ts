import { type CryptoKey, exportJWK, generateKeyPair } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type AuthorizationServer,
  type ClientAuthenticationMethod,
  startAuthorizationServer,
} from "../src/index.js";
import { discover } from "./relying-party.js";

const secret = "a-client-secret-of-thirty-two-bytes";

let server: AuthorizationServer;
let clientKey: CryptoKey;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  clientKey = privateKey;
  const jwks = { keys: [await exportJWK(publicKey)] };
  server = await startAuthorizationServer({
    clients: [
      ...(["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const).map(
        (authentication) => ({ clientId: authentication, clientSecret: secret, authentication }),
      ),
      { clientId: "private_key_jwt", authentication: "private_key_jwt", jwks },
      { clientId: "none", authentication: "none" },
    ],
  });
});

afterAll(() => server.stop());

it.each<[ClientAuthenticationMethod, () => client.ClientAuth]>([
  ["client_secret_basic", () => client.ClientSecretBasic(secret)],
  ["client_secret_post", () => client.ClientSecretPost(secret)],
  ["client_secret_jwt", () => client.ClientSecretJwt(secret)],
  ["private_key_jwt", () => client.PrivateKeyJwt(clientKey)],
  ["none", () => client.None()],
])("knows a client by %s, and records it", async (authenticationMethod, authentication) => {
  const configuration = await discover(server, authenticationMethod, authentication());
  const tokens = await client.clientCredentialsGrant(configuration, { scope: "calendar.read" });
  expect(tokens.scope).toBe("calendar.read");
  expect(server.tokenRequests.at(-1)).toEqual({
    grantType: "client_credentials",
    clientId: authenticationMethod,
    error: undefined,
    authenticationMethod,
    scope: "calendar.read",
    resource: [],
    dpop: false,
  });
});

it.each<[ClientAuthenticationMethod, () => Promise<client.ClientAuth>]>([
  ["client_secret_jwt", async () => client.ClientSecretJwt("another-secret-of-thirty-two-bytes")],
  [
    "private_key_jwt",
    async () => client.PrivateKeyJwt((await generateKeyPair("ES256")).privateKey),
  ],
  ["private_key_jwt", async () => client.None()],
])("refuses a client of %s that proves nothing", async (method, authentication) => {
  const configuration = await discover(server, method, await authentication());
  await expect(client.clientCredentialsGrant(configuration, {})).rejects.toMatchObject({
    error: "invalid_client",
  });
});

it("refuses a client assertion whose audience is not the issuer", async () => {
  const forTokenEndpoint = client.PrivateKeyJwt(clientKey, {
    [client.modifyAssertion]: (_header, payload) => {
      payload["aud"] = `${server.issuer}/token`;
    },
  });
  const configuration = await discover(server, "private_key_jwt", forTokenEndpoint);
  await expect(client.clientCredentialsGrant(configuration, {})).rejects.toMatchObject({
    error: "invalid_client",
  });
});

it("refuses a client assertion that is none", async () => {
  const answer = await fetch(`${server.issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: `none.${btoa('{"sub":"private_key_jwt"}').replaceAll("=", "")}.none`,
    }),
  });
  expect(answer.status).toBe(401);
  expect(server.tokenRequests.at(-1)?.error).toBe("invalid_client");
});
