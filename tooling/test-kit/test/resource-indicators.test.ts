import * as client from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "../src/index.js";
import { authorize, discover, redirectUri, requestCode } from "./relying-party.js";

const files = "https://files.example/api";
const mail = "https://mail.example/api";

const clients = [
  { clientId: "web", clientSecret: "w", redirectUris: [redirectUri] },
  { clientId: "service", clientSecret: "s" },
] as const;

let server: AuthorizationServer;
let web: client.Configuration;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients,
    resources: [
      { indicator: files, scopes: ["files.read", "files.write"] },
      { indicator: mail, scopes: ["mail.send"], tokenFormat: "jwt" },
    ],
  });
  web = await discover(server, "web", client.ClientSecretBasic("w"));
});

afterAll(() => server.stop());

it.each([
  [files, "files.read", "opaque"],
  [mail, "mail.send", "JWT"],
])("gives a token for %s with its scope %s, and refreshes it (%s)", async (resource, scope) => {
  const tokens = await authorize(server, web, {
    scope: `openid offline_access calendar.read ${scope}`,
    parameters: { resource },
    tokenParameters: { resource },
  });
  const expected = { sub: "alice", clientId: "web", audience: resource, scopes: [scope] };
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject(expected);
  const refreshed = await client.refreshTokenGrant(web, String(tokens.refresh_token), { resource });
  expect(await server.verifyAccessToken(refreshed.access_token)).toMatchObject(expected);
  expect(server.tokenRequests.slice(-2)).toMatchObject([
    { grantType: "authorization_code", resource: [resource] },
    { grantType: "refresh_token", resource: [resource] },
  ]);
});

it("gives a client its own token for a resource, as JWT too", async () => {
  const service = await discover(server, "service", client.ClientSecretBasic("s"));
  const tokens = await client.clientCredentialsGrant(service, {
    resource: mail,
    scope: "mail.send",
  });
  expect(tokens.access_token.split(".")).toHaveLength(3);
  expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
    sub: undefined,
    clientId: "service",
    audience: mail,
    scopes: ["mail.send"],
  });
  const [header, payload, signature] = tokens.access_token.split(".");
  const forged = `${header}.${payload}.${signature?.split("").reverse().join("")}`;
  expect(await server.verifyAccessToken(forged)).toBeUndefined();
});

it("refuses a resource that it does not know, wherever it is asked for", async () => {
  const resource = "https://unknown.example";
  const { callback } = await requestCode(server, web, {
    scope: "openid",
    parameters: { resource },
  });
  expect(callback.searchParams.get("error")).toBe("invalid_target");
  const service = await discover(server, "service", client.ClientSecretBasic("s"));
  await expect(client.clientCredentialsGrant(service, { resource })).rejects.toMatchObject({
    error: "invalid_target",
  });
});

it("refuses a resource at the token endpoint that the user was not asked about", async () => {
  await expect(
    authorize(server, web, {
      scope: "openid files.read",
      parameters: { resource: files },
      tokenParameters: { resource: mail },
    }),
  ).rejects.toMatchObject({ error: "invalid_target" });
});

it("does not look at resources where it has no list", async () => {
  const indifferent = await startAuthorizationServer({ clients });
  try {
    const service = await discover(indifferent, "service", client.ClientSecretBasic("s"));
    const tokens = await client.clientCredentialsGrant(service, {
      resource: "https://unknown.example",
      scope: "calendar.read",
    });
    expect(await indifferent.verifyAccessToken(tokens.access_token)).toMatchObject({
      audience: undefined,
      scopes: ["calendar.read"],
    });
    expect(indifferent.tokenRequests.at(-1)?.resource).toEqual(["https://unknown.example"]);
  } finally {
    await indifferent.stop();
  }
});
