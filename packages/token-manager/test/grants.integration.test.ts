import { generateKeyPairSync } from "node:crypto";
import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import { type AuthorizationServer, startAuthorizationServer } from "@rak-oauth/test-kit";
import { calculateJwkThumbprint, exportJWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authorizeDevice,
  createDpopProof,
  type DeviceAuthorization,
  type Scheduler,
  serviceAccountAssertion,
  TokenEndpoint,
} from "../src/index.js";
import { failureOf } from "./provider-server.js";
import { connectAlice, endpointsOf, redirectUri, signAliceIn } from "./signed-in.js";

const files = "https://files.example/api";
const mail = "https://mail.example/api";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const assertionKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const user = { userId: "alice", provider: "example" };

let server: AuthorizationServer;

function endpoint(client: Partial<OAuth2ConfigInput>, scheduler?: Scheduler): TokenEndpoint {
  const config = defineOAuth2Config({ ...endpointsOf(server), clientId: "app", ...client });
  return new TokenEndpoint({ config, scheduler });
}

async function thumbprintOf({ dpopKey }: AccessToken): Promise<string> {
  return calculateJwkThumbprint(JSON.parse(dpopKey?.secret() ?? "{}"));
}

describe("grants of a real server", () => {
  beforeAll(async () => {
    const jwks = { keys: [await exportJWK(assertionKeys.publicKey)] };
    server = await startAuthorizationServer({
      resources: [
        { indicator: files, scopes: ["files.read"] },
        { indicator: mail, scopes: ["mail.send"] },
      ],
      trustedAssertionIssuers: [{ issuer: "https://idp.example", jwks }],
      clients: [
        { clientId: "app", authentication: "none", redirectUris: [redirectUri] },
        {
          clientId: "television",
          authentication: "none",
          grantTypes: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        },
        {
          clientId: "agent",
          clientSecret: "a",
          grantTypes: [
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
          ],
        },
      ],
    });
  });
  afterAll(() => server.stop());

  it("AC-18 gives tokens for a resource at code exchange and refresh, and for others beside it", async () => {
    const app = endpoint({
      scopes: ["openid", "offline_access", "files.read", "mail.send"],
      resources: [files],
    });
    const connected = await connectAlice(app, [files, mail]);
    expect(await server.verifyAccessToken(connected.accessToken.secret())).toMatchObject({
      audience: files,
      scopes: ["files.read"],
    });
    const refreshed = await app.refresh(connected);
    const beside = await app.refresh(refreshed, { resource: mail });
    const [token] = beside.resourceTokens ?? [];
    expect(await server.verifyAccessToken(token?.accessToken.secret() ?? "")).toMatchObject({
      audience: mail,
      scopes: ["mail.send"],
    });
    expect(beside.accessToken).toBe(refreshed.accessToken);
    // The refresh token rotated along: it is good for the next refresh.
    const again = await app.refresh(beside);
    expect(again.resourceTokens).toHaveLength(1);
    expect(server.tokenRequests.slice(-4)).toMatchObject([
      { grantType: "authorization_code", resource: [files], error: undefined },
      { grantType: "refresh_token", resource: [files], error: undefined },
      { grantType: "refresh_token", resource: [mail], error: undefined },
      { grantType: "refresh_token", resource: [files], error: undefined },
    ]);
  });

  it("exchanges a user's token for one with fewer rights", async () => {
    const app = endpoint({ scopes: ["openid", "calendar.read", "profile"] });
    const { accessToken } = await connectAlice(app);
    const agent = endpoint({ clientId: "agent", clientSecret: "a", scopes: ["calendar.read"] });
    const exchanged = await agent.exchangeToken({
      subjectToken: accessToken,
      subjectTokenType: accessTokenType,
      requestedTokenType: accessTokenType,
    });
    expect(await server.verifyAccessToken(exchanged.accessToken.secret())).toMatchObject({
      sub: "alice",
      clientId: "agent",
      scopes: ["calendar.read"],
    });
    expect(exchanged.accessToken.scopes).toEqual(["calendar.read"]);
  });

  it("takes the word of a trusted issuer for a user", async () => {
    const agent = endpoint({ clientId: "agent", clientSecret: "a", scopes: ["calendar.read"] });
    const assert = serviceAccountAssertion({
      email: "https://idp.example",
      privateKey: assertionKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      scopes: [],
      subject: "alice",
      tokenUrl: agent.config.tokenUrl,
    });
    const { accessToken } = await agent.requestJwtBearer({ assertion: await assert() });
    expect(await server.verifyAccessToken(accessToken.secret())).toMatchObject({
      sub: "alice",
      clientId: "agent",
    });
    const error = await failureOf(agent.requestJwtBearer({ assertion: "e30.e30.e30" }));
    expect(error).toMatchObject({ kind: "terminal", error: "invalid_grant" });
  });

  describe("on a device", () => {
    const television = {
      clientId: "television",
      flow: "device_authorization",
      scopes: ["openid", "offline_access", "calendar.read"],
    } as const;

    /** While the device waits, a person does something. */
    function whileWaiting(...acts: readonly (() => Promise<void>)[]): Scheduler {
      const next = acts.values();
      return { wait: async () => next.next().value?.() };
    }

    it("connects the user who types the code", async () => {
      let shown: DeviceAuthorization | undefined;
      const scheduler = whileWaiting(
        async () => undefined,
        () => server.approveDevice(shown?.userCode ?? "", "alice"),
      );
      const keys = parseKeyring(`test:${generateKey()}`);
      const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
      const tokens = endpoint(television, scheduler);
      await authorizeDevice({
        endpoint: tokens,
        credentials,
        subject: { userId: user.userId },
        onUserCode: (device) => {
          shown = device;
        },
      });
      const stored = await credentials.getCredentials(user);
      expect(stored?.account?.subject).toBe("alice");
      expect(stored?.accessToken.scopes).toContain("calendar.read");
      expect(server.tokenRequests.slice(-2)).toMatchObject([
        { error: "authorization_pending" },
        { error: undefined },
      ]);
      const refreshed = stored && (await tokens.refresh(stored));
      expect(await server.verifyAccessToken(refreshed?.accessToken.secret() ?? "")).toMatchObject({
        sub: "alice",
      });
    });

    it("AC-20 is told when the user says that the device is not theirs", async () => {
      let device: DeviceAuthorization | undefined;
      const scheduler = whileWaiting(() => server.denyDevice(device?.userCode ?? ""));
      const tokens = endpoint(television, scheduler);
      device = await tokens.startDeviceAuthorization();
      const error = await failureOf(tokens.finishDeviceAuthorization(device));
      expect(error).toMatchObject({ failure: "access_denied" });
    });
  });
});

describe("DPoP with a real server that wants nonces", () => {
  beforeAll(async () => {
    server = await startAuthorizationServer({
      dpop: { requireNonce: true },
      clients: [
        { clientId: "app", authentication: "none", redirectUris: [redirectUri] },
        { clientId: "service", clientSecret: "s", dpopBoundAccessTokens: true },
        {
          clientId: "television",
          authentication: "none",
          grantTypes: ["urn:ietf:params:oauth:grant-type:device_code"],
        },
      ],
    });
  });
  afterAll(() => server.stop());

  it("TR-11 binds a user's tokens to a key that stays with the grant, the refresh token too", async () => {
    const scopes = ["openid", "offline_access", "calendar.read"];
    const app = endpoint({ scopes, useDpop: true });
    const connected = await connectAlice(app);
    const refreshed = await app.refresh(connected);
    const jkt = await thumbprintOf(connected.accessToken);
    expect(await thumbprintOf(refreshed.accessToken)).toBe(jkt);
    expect(await server.verifyAccessToken(refreshed.accessToken.secret())).toMatchObject({
      sub: "alice",
      confirmation: { jkt },
    });
    const otherKey = await endpoint({ clientId: "service", clientSecret: "s", useDpop: true })
      .requestClientCredentials()
      .then(({ accessToken }) => accessToken.dpopKey);
    const { scopes: granted, tokenType } = refreshed.accessToken;
    const stolen = new AccessToken("a", { scopes: granted, tokenType, dpopKey: otherKey });
    const thief = { ...refreshed, accessToken: stolen };
    expect(await failureOf(app.refresh(thief))).toMatchObject({ error: "invalid_grant" });
  });

  it("TR-11 a code is worthless without the key that its request named", async () => {
    const app = endpoint({ scopes: ["openid"], useDpop: true });
    const dpopKey = await app.createDpopKey();
    const stolen = { ...(await signAliceIn(app, { dpopKey })), dpopKey: undefined };
    expect(await failureOf(app.exchangeCode(stolen))).toMatchObject({ error: "invalid_grant" });
    const tokens = await app.exchangeCode(await signAliceIn(app, { dpopKey }));
    expect(tokens.accessToken.dpopKey?.secret()).toBe(dpopKey?.secret());
  });

  it("TR-11 one nonce serves the requests that follow", async () => {
    const service = endpoint({ clientId: "service", clientSecret: "s", useDpop: true });
    const before = server.tokenRequests.length;
    await service.requestClientCredentials();
    await service.requestClientCredentials();
    expect(server.tokenRequests.slice(before).map(({ error }) => error)).toEqual([
      "use_dpop_nonce",
      undefined,
      undefined,
    ]);
  });

  it("TR-11 the proof for an API is accepted by a real one", async () => {
    const app = endpoint({ scopes: ["openid"], useDpop: true });
    const { accessToken: token } = await connectAlice(app);
    const url = `${server.issuer}/me?query=is-not-part-of-it`;
    const call = async (nonce?: string) =>
      fetch(url, {
        headers: {
          authorization: `DPoP ${token.secret()}`,
          dpop: await createDpopProof({ token, method: "GET", url, nonce }),
        },
      });
    const first = await call();
    const nonce = first.headers.get("dpop-nonce") ?? undefined;
    expect(nonce).toBeDefined();
    const second = await call(nonce);
    expect(await second.json()).toMatchObject({ sub: "alice" });
  });

  it("TR-11 a device's tokens are bound too", async () => {
    let device: DeviceAuthorization | undefined;
    const scheduler = { wait: () => server.approveDevice(device?.userCode ?? "", "alice") };
    const scopes = ["openid"];
    const tokens = endpoint({ clientId: "television", scopes, useDpop: true }, scheduler);
    device = await tokens.startDeviceAuthorization();
    const { accessToken } = await tokens.finishDeviceAuthorization(device);
    expect(await server.verifyAccessToken(accessToken.secret())).toMatchObject({
      confirmation: { jkt: await thumbprintOf(accessToken) },
    });
  });
});
