import { createHash, X509Certificate } from "node:crypto";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type AuthorizationServer,
  type KeyedCertificate,
  signIn,
  startAuthorizationServer,
} from "../src/index.js";
import { authorize, discover, redirectUri } from "./relying-party.js";

let server: AuthorizationServer;
let certificate: KeyedCertificate;
let ownCertificate: KeyedCertificate;

beforeAll(async () => {
  server = await startAuthorizationServer({ clients: [], tls: true });
  certificate = await server.createClientCertificate("CN=agent,O=Example");
  ownCertificate = await server.createSelfSignedCertificate("CN=independent");
  await server.registerClient({
    clientId: "agent",
    authentication: "tls_client_auth",
    certificateSubject: "O=Example, CN=agent",
    certificateBoundAccessTokens: true,
  });
  await server.registerClient({
    clientId: "independent",
    authentication: "self_signed_tls_client_auth",
    certificate: ownCertificate.certificate,
  });
  await server.registerClient({
    clientId: "app",
    authentication: "none",
    redirectUris: [redirectUri],
    certificateBoundAccessTokens: true,
  });
});

afterAll(() => server.stop());

function thumbprint({ certificate: pem }: KeyedCertificate): string {
  return createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url");
}

it("serves over https, to who trusts its certificate authority only", async () => {
  expect(server.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(server.certificateAuthority).toContain("BEGIN CERTIFICATE");
  const url = `${server.issuer}/.well-known/openid-configuration`;
  expect(await (await server.createFetch()(url)).json()).toMatchObject({ issuer: server.issuer });
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

it("knows a client by the subject of a certificate of its authority, and binds tokens", async () => {
  const agent = await discover(server, "agent", client.TlsClientAuth(), certificate);
  const tokens = await client.clientCredentialsGrant(agent, { scope: "calendar.read" });
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
    clientId: "agent",
    confirmation: { "x5t#S256": thumbprint(certificate) },
  });
  expect(server.tokenRequests.at(-1)?.authenticationMethod).toBe("tls_client_auth");
});

it("refuses a client with another subject, another authority, or no certificate", async () => {
  const another = await server.createClientCertificate("CN=another,O=Example");
  const selfSigned = await server.createSelfSignedCertificate("CN=agent,O=Example");
  for (const shown of [another, selfSigned, undefined]) {
    const agent = await discover(server, "agent", client.TlsClientAuth(), shown);
    await expect(client.clientCredentialsGrant(agent, {})).rejects.toMatchObject({
      error: "invalid_client",
    });
  }
});

it("knows a client by the certificate that it registered", async () => {
  const independent = await discover(server, "independent", client.None(), ownCertificate);
  await client.clientCredentialsGrant(independent, {});
  expect(server.tokenRequests.at(-1)).toMatchObject({
    authenticationMethod: "self_signed_tls_client_auth",
    error: undefined,
  });
  const impostor = await server.createSelfSignedCertificate("CN=independent");
  const refused = await discover(server, "independent", client.None(), impostor);
  await expect(client.clientCredentialsGrant(refused, {})).rejects.toMatchObject({
    error: "invalid_client",
  });
});

it("binds the tokens of a public client to its certificate, the refresh token too", async () => {
  const app = await discover(server, "app", client.None(), certificate);
  const tokens = await authorize(server, app, { scope: "openid offline_access" });
  expect(await client.fetchUserInfo(app, tokens.access_token, "alice")).toMatchObject({
    sub: "alice",
  });
  const thief = await discover(server, "app", client.None(), ownCertificate);
  await expect(client.fetchUserInfo(thief, tokens.access_token, "alice")).rejects.toMatchObject({
    status: 401,
  });
  await expect(client.refreshTokenGrant(thief, String(tokens.refresh_token))).rejects.toMatchObject(
    { error: "invalid_grant" },
  );
  const refreshed = await client.refreshTokenGrant(app, String(tokens.refresh_token));
  expect(await server.verifyAccessToken(refreshed.access_token)).toMatchObject({
    confirmation: { "x5t#S256": thumbprint(certificate) },
  });
});

it("connects devices over https too", async () => {
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  await server.registerClient({ clientId: "tv", authentication: "none", grantTypes: [grantType] });
  const television = await discover(server, "tv");
  const device = await client.initiateDeviceAuthorization(television, { scope: "openid" });
  await server.approveDevice(device.user_code, "alice");
  const tokens = await client.genericGrantRequest(television, grantType, {
    device_code: device.device_code,
  });
  expect(tokens.access_token).toBeTypeOf("string");
});

it("says that certificates need TLS", async () => {
  const inTheClear = await startAuthorizationServer({ clients: [] });
  try {
    expect(inTheClear.certificateAuthority).toBeUndefined();
    await expect(inTheClear.createClientCertificate("CN=agent")).rejects.toThrow(
      "Client certificates need an authorization server with `tls: true`.",
    );
    const url = `${inTheClear.issuer}/auth?client_id=unknown`;
    expect(await signIn({ url, user: "alice", fetch: inTheClear.createFetch() })).toMatchObject({
      status: 400,
    });
  } finally {
    await inTheClear.stop();
  }
});
