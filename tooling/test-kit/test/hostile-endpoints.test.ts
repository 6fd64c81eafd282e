import { createHash } from "node:crypto";
import { allowInsecureRequests, discovery } from "openid-client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type HostileServer, startHostileServer } from "../src/index.js";

const client = { clientId: "agent", clientSecret: "s:cret" };
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const verifier = "v".repeat(43);
const codeChallenge = createHash("sha256").update(verifier).digest("base64url");

let server: HostileServer;

beforeEach(async () => {
  server = await startHostileServer({ client });
});

afterEach(() => server.stop());

async function post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({ client_id: "agent", client_secret: "s:cret", ...form });
  const response = await fetch(`${server.url}${path}`, { method: "POST", body });
  const text = await response.text();
  return { status: response.status, ...(text !== "" && (JSON.parse(text) as object)) };
}

it("is found by discovery, as OpenID provider and as OAuth server", async () => {
  for (const algorithm of ["oidc", "oauth2"] as const) {
    const found = await discovery(new URL(server.url), "agent", undefined, undefined, {
      algorithm,
      execute: [allowInsecureRequests],
    });
    expect(found.serverMetadata()).toMatchObject({
      issuer: server.url,
      token_endpoint: `${server.url}/token`,
      revocation_endpoint: `${server.url}/revoke`,
    });
  }
});

it("serves only its client, by Basic or in the body", async () => {
  const form = { grant_type: "client_credentials" };
  expect(await post("/token", form)).toMatchObject({ status: 200, token_type: "Bearer" });
  expect(await post("/token", { ...form, client_secret: "wrong" })).toEqual({
    status: 401,
    error: "invalid_client",
  });
  const basic = (pair: string) =>
    fetch(`${server.url}/token`, {
      method: "POST",
      body: new URLSearchParams(form),
      headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
    });
  expect((await basic("agent:s%3Acret")).status).toBe(200);
  expect((await basic("agent:wrong")).status).toBe(401);
});

it("takes forms only, and no parameter twice", async () => {
  const send = (init: RequestInit) => fetch(`${server.url}/token`, init);
  expect((await send({})).status).toBe(405);
  expect((await send({ method: "POST", body: "{}" })).status).toBe(400);
  const doubled = new URLSearchParams("grant_type=client_credentials&grant_type=refresh_token");
  expect((await send({ method: "POST", body: doubled })).status).toBe(400);
  expect(await post("/token", { grant_type: "password" })).toEqual({
    status: 400,
    error: "unsupported_grant_type",
  });
});

it("consents at once, and exchanges the code once, for its verifier", async () => {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "agent",
    redirect_uri: "https://app.example/callback",
    state: "st",
    login_hint: "alice",
    code_challenge: codeChallenge,
    code_challenge_method: "S256",
  });
  const redirect = await fetch(`${server.url}/authorize?${query}`, { redirect: "manual" });
  const location = new URL(redirect.headers.get("location") ?? "");
  expect(location.searchParams.get("state")).toBe("st");
  expect(location.searchParams.get("iss")).toBe(server.url);
  const exchange = {
    grant_type: "authorization_code",
    code: location.searchParams.get("code") ?? "",
    redirect_uri: "https://app.example/callback",
    code_verifier: verifier,
  };
  const refused = { status: 400, error: "invalid_grant" };
  expect(await post("/token", { ...exchange, code_verifier: "w".repeat(43) })).toEqual(refused);
  expect(await post("/token", { ...exchange, redirect_uri: "https://x.example" })).toEqual(refused);
  const tokens = await post("/token", exchange);
  expect(server.verifyAccessToken(String(tokens["access_token"]))).toMatchObject({
    userId: "alice",
  });
  expect(await post("/token", exchange)).toEqual(refused);
  expect(server.isLiving(String(tokens["refresh_token"]))).toBe(false);
});

it("lets a device wait for its user", async () => {
  const start = async () => {
    const { device_code, user_code } = await post("/device_authorization", {});
    return { device_code: String(device_code), userCode: String(user_code) };
  };
  const poll = (device_code: string) => post("/token", { grant_type: deviceGrant, device_code });
  const allowed = await start();
  expect(await poll(allowed.device_code)).toMatchObject({ error: "authorization_pending" });
  server.decideDevice(allowed.userCode, "allow", { userId: "alice" });
  const tokens = await poll(allowed.device_code);
  expect(server.isLiving(String(tokens["refresh_token"]))).toBe(true);
  expect(await poll(allowed.device_code)).toMatchObject({ error: "invalid_grant" });
  const denied = await start();
  server.decideDevice(denied.userCode, "deny");
  expect(await poll(denied.device_code)).toMatchObject({ error: "access_denied" });
});

it("revokes and introspects, and can be told to refuse that", async () => {
  const { id, refreshToken, accessToken } = server.issueGrant({ userId: "alice" });
  expect(await post("/introspect", { token: accessToken })).toMatchObject({
    active: true,
    sub: "alice",
  });
  server.answerNext("HTTP 503 with Retry-After 30", { endpoint: "introspection" });
  const troubled = await fetch(`${server.url}/introspect`, { method: "POST" });
  expect([troubled.status, troubled.headers.get("retry-after")]).toEqual([503, "30"]);

  server.answerNext({ status: 503 }, { endpoint: "revocation", times: 2 });
  for (const status of [503, 503]) {
    expect(await post("/revoke", { token: refreshToken })).toEqual({ status });
    expect(server.grant(id).alive).toBe(true);
  }
  expect(await post("/revoke", { token: refreshToken })).toEqual({ status: 200 });
  expect(await post("/revoke", { token: "unknown" })).toEqual({ status: 200 });
  expect(await post("/introspect", { token: accessToken })).toEqual({ status: 200, active: false });
  expect(await post("/introspect", { token: refreshToken })).toEqual({
    status: 200,
    active: false,
  });
});
