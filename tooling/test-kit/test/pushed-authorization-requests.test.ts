import * as client from "openid-client";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "../src/index.js";
import { authorize, type BuildUrl, discover, redirectUri, requestCode } from "./relying-party.js";

let server: AuthorizationServer;
let web: client.Configuration;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [{ clientId: "web", clientSecret: "web-secret", redirectUris: [redirectUri] }],
    requirePushedAuthorizationRequests: true,
  });
  web = await discover(server, "web", client.ClientSecretBasic("web-secret"));
});

afterAll(() => server.stop());

const buildUrl: BuildUrl = client.buildAuthorizationUrlWithPAR;

it("takes an authorization request that was pushed, with refresh token as by its scope", async () => {
  const tokens = await authorize(server, web, {
    scope: "openid offline_access calendar.read",
    buildUrl,
  });
  expect(tokens.claims()?.sub).toBe("alice");
  expect(tokens.refresh_token).toBeTypeOf("string");
});

it("takes a pushed request once", async () => {
  let pushed: URL | undefined;
  const remember: BuildUrl = async (...given) => {
    pushed ??= await buildUrl(...given);
    return pushed;
  };
  await requestCode(server, web, { scope: "openid", buildUrl: remember });
  expect(pushed?.searchParams.has("scope")).toBe(false);
  const again = await requestCode(server, web, { scope: "openid", buildUrl: remember });
  expect(again.callback.searchParams.has("code")).toBe(false);
});

it("refuses one that was not pushed, where it must be", async () => {
  const { callback } = await requestCode(server, web, { scope: "openid" });
  expect(callback.searchParams.get("error")).toBe("invalid_request");
  expect(web.serverMetadata().require_pushed_authorization_requests).toBe(true);
});

it("refuses a pushed request of a client that does not prove who it is", async () => {
  const impostor = await discover(server, "web", client.ClientSecretBasic("wrong"));
  await expect(requestCode(server, impostor, { scope: "openid", buildUrl })).rejects.toMatchObject({
    status: 401,
  });
});

it("takes none where it is told to, and says so in its metadata", async () => {
  const plain = await startAuthorizationServer({ takesPushedAuthorizationRequests: false });
  onTestFinished(() => plain.stop());
  const agent = await discover(plain, "calendar-agent");
  expect(agent.serverMetadata().pushed_authorization_request_endpoint).toBeUndefined();
  const endpoint = web.serverMetadata().pushed_authorization_request_endpoint ?? "";
  const { pathname } = new URL(endpoint);
  expect((await fetch(`${plain.issuer}${pathname}`, { method: "POST" })).status).toBe(404);
});
