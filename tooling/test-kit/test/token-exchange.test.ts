import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "../src/index.js";
import { authorize, discover, redirectUri, type Tokens } from "./relying-party.js";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const api = "https://files.example/api";

const clients = [
  { clientId: "web", authentication: "none", redirectUris: [redirectUri] },
  { clientId: "service", clientSecret: "s" },
  { clientId: "agent", clientSecret: "a", grantTypes: [grantType] },
] as const;

describe.each(["opaque", "jwt"] as const)("with %s tokens for resources", (tokenFormat) => {
  let server: AuthorizationServer;
  let web: client.Configuration;
  let agent: client.Configuration;
  let subjectToken: string;

  beforeAll(async () => {
    server = await startAuthorizationServer({
      clients,
      extraScopes: ["calendar.write"],
      resources: [
        { indicator: api, scopes: ["files.read", "files.write"], tokenFormat },
        { indicator: "https://mail.example", scopes: ["mail.send"] },
      ],
    });
    web = await discover(server, "web");
    agent = await discover(server, "agent", client.ClientSecretBasic("a"));
    subjectToken = (await authorize(server, web, { scope: "calendar.read calendar.write" }))
      .access_token;
  });

  afterAll(() => server.stop());

  function exchange(parameters: Readonly<Record<string, string>>): Promise<Tokens> {
    return client.genericGrantRequest(agent, grantType, {
      subject_token: subjectToken,
      subject_token_type: accessTokenType,
      ...parameters,
    });
  }

  it("gives a token of the same user to another client, with the scopes it had", async () => {
    const tokens = await exchange({});
    expect(tokens).toMatchObject({ issued_token_type: accessTokenType, token_type: "bearer" });
    expect(tokens.refresh_token).toBeUndefined();
    expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
      sub: "alice",
      clientId: "agent",
      scopes: ["calendar.read", "calendar.write"],
      actor: undefined,
    });
  });

  it("gives fewer scopes, and never more", async () => {
    const tokens = await exchange({ scope: "calendar.read" });
    expect(tokens.scope).toBe("calendar.read");
    await expect(exchange({ scope: "calendar.read profile" })).rejects.toMatchObject({
      error: "invalid_scope",
    });
  });

  it.each(["resource", "audience"])("gives a token for the %s that is named", async (name) => {
    const tokens = await exchange({ [name]: api, scope: "files.read" });
    expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
      sub: "alice",
      clientId: "agent",
      audience: api,
      scopes: ["files.read"],
    });
    await expect(exchange({ [name]: "https://unknown.example" })).rejects.toMatchObject({
      error: "invalid_target",
    });
  });

  it("refuses two resources at once", async () => {
    await expect(
      exchange({ resource: api, audience: "https://mail.example" }),
    ).rejects.toMatchObject({ error: "invalid_target" });
  });

  it("takes a token for a resource as subject, and says who acts", async () => {
    const service = await discover(server, "service", client.ClientSecretBasic("s"));
    const actor = await client.clientCredentialsGrant(service, {});
    const first = await exchange({ resource: api, scope: "files.read files.write" });
    const second = await exchange({
      subject_token: first.access_token,
      resource: api,
      actor_token: actor.access_token,
      actor_token_type: accessTokenType,
    });
    expect(await server.verifyAccessToken(second.access_token)).toMatchObject({
      sub: "alice",
      actor: "service",
      scopes: ["files.read", "files.write"],
    });
  });

  it.each([
    ["an unknown subject", { subject_token: "unknown" }],
    ["no subject", { subject_token: "" }],
    ["another type of subject", { subject_token_type: "urn:ietf:params:oauth:token-type:jwt" }],
    ["an unknown actor", { actor_token: "unknown", actor_token_type: accessTokenType }],
    ["an actor without a type", { actor_token: "unknown" }],
    ["a wish for another type", { requested_token_type: "urn:ietf:params:oauth:token-type:jwt" }],
  ])("refuses %s", async (_what, parameters) => {
    await expect(exchange(parameters)).rejects.toMatchObject({ error: "invalid_request" });
  });
});

it("binds the new token to the DPoP key of the client that exchanges", async () => {
  const server = await startAuthorizationServer({ clients });
  try {
    const web = await discover(server, "web");
    const subject = await authorize(server, web, { scope: "calendar.read" });
    const agent = await discover(server, "agent", client.ClientSecretBasic("a"));
    const DPoP = client.getDPoPHandle(agent, await client.randomDPoPKeyPair());
    const tokens = await client.genericGrantRequest(
      agent,
      grantType,
      {
        subject_token: subject.access_token,
        subject_token_type: accessTokenType,
        audience: "calendar",
      },
      { DPoP },
    );
    expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
      audience: "calendar",
      confirmation: { jkt: await DPoP.calculateThumbprint() },
    });
    await server.revokeGrants("alice");
    expect(await server.verifyAccessToken(tokens.access_token)).toBeUndefined();
  } finally {
    await server.stop();
  }
});

it("refuses the token of a client as subject, and a client that may not exchange", async () => {
  const server = await startAuthorizationServer({ clients });
  try {
    const service = await discover(server, "service", client.ClientSecretBasic("s"));
    const agent = await discover(server, "agent", client.ClientSecretBasic("a"));
    const { access_token } = await client.clientCredentialsGrant(service, {});
    const parameters = { subject_token: access_token, subject_token_type: accessTokenType };
    await expect(client.genericGrantRequest(agent, grantType, parameters)).rejects.toMatchObject({
      error: "invalid_request",
      error_description: "subject_token must be the access token of a user.",
    });
    await expect(client.genericGrantRequest(service, grantType, parameters)).rejects.toMatchObject({
      error: "invalid_request",
      error_description: "requested grant type is not allowed for this client",
    });
  } finally {
    await server.stop();
  }
});
