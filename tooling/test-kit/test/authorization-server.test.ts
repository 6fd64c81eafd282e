import * as client from "openid-client";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "../src/index.js";

let server: AuthorizationServer;
let application: HttpServer;
let web: client.Configuration;

beforeAll(async () => {
  application = await startHttpServer((request) =>
    new URL(request.url).pathname === "/forward"
      ? Response.redirect(String(new URL(request.url).searchParams.get("to")), 302)
      : new Response("Welcome back"),
  );
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "web",
        clientSecret: "web-secret",
        name: "Web <application>",
        redirectUris: [`${application.url}/callback`],
      },
      { clientId: "service", clientSecret: "s", authentication: "client_secret_post" },
    ],
    extraScopes: ["files.write"],
  });
  web = await discover("web", client.ClientSecretBasic("web-secret"));
});

afterAll(async () => {
  await server.stop();
  await application.stop();
});

function discover(id: string, authentication: client.ClientAuth): Promise<client.Configuration> {
  return client.discovery(new URL(server.issuer), id, {}, authentication, {
    execute: [client.allowInsecureRequests],
  });
}

interface StartedFlow {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

async function startFlow(scope: string): Promise<StartedFlow> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(web, {
    redirect_uri: `${application.url}/callback`,
    scope,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  return { url: url.href, verifier, state };
}

async function connect(
  user: string,
  scope = "openid profile email offline_access calendar.read",
): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers> {
  const flow = await startFlow(scope);
  const result = await signIn({ url: flow.url, user });
  return client.authorizationCodeGrant(web, new URL(result.finalUrl), {
    pkceCodeVerifier: flow.verifier,
    expectedState: flow.state,
  });
}

describe("the code flow", () => {
  it.each([
    ["alice", "Alice Example"],
    ["bob", "Bob Example"],
  ])("gives %s tokens of their own", async (user, name) => {
    const tokens = await connect(user);
    expect(tokens.refresh_token).toBeTypeOf("string");
    expect(tokens.expires_in).toBe(3600);
    expect(tokens.scope?.split(" ")).toContain("calendar.read");
    expect(tokens.claims()?.sub).toBe(user);
    expect(await client.fetchUserInfo(web, tokens.access_token, user)).toMatchObject({
      sub: user,
      name,
      email: `${user}@example.com`,
    });
    expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
      sub: user,
      clientId: "web",
      scopes: expect.arrayContaining(["calendar.read"]),
    });
    expect(await client.tokenIntrospection(web, tokens.access_token)).toMatchObject({
      active: true,
      sub: user,
    });
  });

  it("ends at the application, with iss and state in its redirect", async () => {
    const flow = await startFlow("openid calendar.read");
    const through = `${application.url}/forward?to=${encodeURIComponent(flow.url)}`;
    const result = await signIn({ url: through, user: "alice" });
    expect(result).toMatchObject({ status: 200, body: "Welcome back" });
    const final = new URL(result.finalUrl);
    expect(`${final.origin}${final.pathname}`).toBe(`${application.url}/callback`);
    expect(final.searchParams.get("iss")).toBe(server.issuer);
    expect(final.searchParams.get("state")).toBe(flow.state);
    expect(result.redirects.at(0)).toBe(flow.url);
    expect(result.redirects.at(-1)).toBe(result.finalUrl);
  });

  it("gives no refresh token without offline_access", async () => {
    const tokens = await connect("alice", "openid calendar.read");
    expect(tokens.refresh_token).toBeUndefined();
  });

  it("knows the configured extra scopes", async () => {
    const tokens = await connect("alice", "files.write");
    expect(tokens.scope).toBe("files.write");
  });

  it("tells the application that the user denied", async () => {
    const flow = await startFlow("openid offline_access calendar.read");
    const result = await signIn({ url: flow.url, user: "alice", decision: "deny" });
    const final = new URL(result.finalUrl);
    expect(final.searchParams.get("error")).toBe("access_denied");
    expect(final.searchParams.get("code")).toBeNull();
    expect(final.searchParams.get("iss")).toBe(server.issuer);
  });

  it("refuses a request without PKCE", async () => {
    const url = client.buildAuthorizationUrl(web, {
      redirect_uri: `${application.url}/callback`,
      scope: "openid",
    });
    const result = await signIn({ url: url.href, user: "alice" });
    expect(new URL(result.finalUrl).searchParams.get("error")).toBe("invalid_request");
  });

  it("remembers who is signed in, in the same browser only", async () => {
    const cookies = new CookieJar();
    const first = await startFlow("openid calendar.read");
    await signIn({ url: first.url, user: "alice", cookies });
    const second = await startFlow("openid calendar.read");
    const result = await signIn({ url: second.url, user: "nobody", cookies });
    expect(new URL(result.finalUrl).searchParams.get("code")).toBeTypeOf("string");
    const third = await startFlow("openid calendar.read");
    await expect(signIn({ url: third.url, user: "nobody" })).rejects.toThrow(
      'The page does not offer the user "nobody"; it offers: alice, bob.',
    );
  });

  it("shows an error page where there is no application to go back to", async () => {
    const result = await signIn({ url: `${server.issuer}/auth?client_id=unknown`, user: "alice" });
    expect(result.status).toBe(400);
    expect(result.body).toContain("Sign-in cannot go on");
  });

  it("shows an error page for a sign-in of another browser", async () => {
    const result = await signIn({ url: `${server.issuer}/interaction/unknown`, user: "alice" });
    expect(result.status).toBe(400);
    expect(result.body).toContain("started in another browser");
  });
});

describe("the token endpoint", () => {
  it("rotates the refresh token, and ends the grant when an old one comes again", async () => {
    const first = await connect("alice");
    const second = await client.refreshTokenGrant(web, String(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await server.verifyAccessToken(second.access_token)).toMatchObject({ sub: "alice" });
    await expect(client.refreshTokenGrant(web, String(first.refresh_token))).rejects.toMatchObject({
      error: "invalid_grant",
    });
    await expect(client.refreshTokenGrant(web, String(second.refresh_token))).rejects.toMatchObject(
      { error: "invalid_grant" },
    );
    expect(await server.verifyAccessToken(second.access_token)).toBeUndefined();
  });

  it("gives a client its own token", async () => {
    const service = await discover("service", client.ClientSecretPost("s"));
    const tokens = await client.clientCredentialsGrant(service, { scope: "calendar.read" });
    expect(await server.verifyAccessToken(tokens.access_token)).toMatchObject({
      sub: undefined,
      clientId: "service",
      scopes: ["calendar.read"],
    });
  });

  it("records its requests by grant type, without secrets", async () => {
    const before = server.tokenRequests.length;
    const tokens = await connect("bob");
    await client.refreshTokenGrant(web, String(tokens.refresh_token));
    const impostor = await discover("web", client.ClientSecretBasic("wrong"));
    await expect(client.refreshTokenGrant(impostor, "unknown")).rejects.toMatchObject({
      status: 401,
    });
    const common = {
      clientId: "web",
      error: undefined,
      authenticationMethod: "client_secret_basic",
      scope: undefined,
      resource: [],
      dpop: false,
    };
    expect(server.tokenRequests.slice(before)).toEqual([
      { ...common, grantType: "authorization_code" },
      { ...common, grantType: "refresh_token" },
      { ...common, grantType: "refresh_token", error: "invalid_client" },
    ]);
  });
});

describe("revocation", () => {
  it("of a refresh token ends its access token", async () => {
    const tokens = await connect("alice");
    await client.tokenRevocation(web, String(tokens.refresh_token));
    expect(await server.verifyAccessToken(tokens.access_token)).toBeUndefined();
    expect(await client.tokenIntrospection(web, tokens.access_token)).toEqual({ active: false });
  });

  it("of a user's grants leaves other users alone", async () => {
    const alice = await connect("alice");
    const bob = await connect("bob");
    expect(await server.revokeGrants("alice")).toBeGreaterThan(0);
    expect(await server.verifyAccessToken(alice.access_token)).toBeUndefined();
    await expect(client.refreshTokenGrant(web, String(alice.refresh_token))).rejects.toMatchObject({
      error: "invalid_grant",
    });
    expect(await server.verifyAccessToken(bob.access_token)).toMatchObject({ sub: "bob" });
  });
});

it("takes a client whose redirect URI is known only once it runs", async () => {
  const late = await startAuthorizationServer();
  try {
    const [agent] = late.clients;
    expect(late.clients.map(({ clientId }) => clientId)).toEqual([
      "calendar-agent",
      "calendar-service",
    ]);
    await late.registerClient({
      clientId: "calendar-agent",
      clientSecret: agent?.clientSecret,
      redirectUris: [`${application.url}/late`],
    });
    const url = new URL("/auth", late.issuer);
    url.search = new URLSearchParams({
      client_id: "calendar-agent",
      redirect_uri: `${application.url}/late`,
      response_type: "code",
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: "S256",
    }).toString();
    const result = await signIn({ url: url.href, user: "alice" });
    expect(new URL(result.finalUrl).pathname).toBe("/late");
    expect(result.body).toBe("Welcome back");
    await expect(
      late.registerClient({ clientId: "bad", redirectUris: ["not a uri"], clientSecret: "s" }),
    ).rejects.toMatchObject({ error: "invalid_redirect_uri" });
  } finally {
    await late.stop();
  }
});

it("keeps every living grant, however many there are", async () => {
  const first = await connect("alice");
  const service = await discover("service", client.ClientSecretPost("s"));
  for (let round = 0; round < 60; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => client.clientCredentialsGrant(service, {})));
  }
  const second = await client.refreshTokenGrant(web, String(first.refresh_token));
  expect(await server.verifyAccessToken(second.access_token)).toMatchObject({ sub: "alice" });
}, 180_000);
