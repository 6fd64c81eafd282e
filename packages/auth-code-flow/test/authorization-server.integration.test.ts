import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { AuthorizationCodeFlow } from "../src/index.js";

describe("with a real authorization server", () => {
  let authorizationServer: AuthorizationServer;
  let server: HttpServer;
  let flow: AuthorizationCodeFlow;
  let credentials: CredentialService;
  let earlierTokenRequests: number;
  const wish = { provider: "calendar", userId: "alice-of-our-app" };

  beforeAll(async () => {
    authorizationServer = await startAuthorizationServer();
    server = await startHttpServer((request) => flow.handler(request));
    await authorizationServer.registerClient({
      clientId: "flow",
      clientSecret: "flow-secret",
      redirectUris: [`${server.url}/oauth2/callback`],
    });
  });

  afterAll(async () => {
    await server.stop();
    await authorizationServer.stop();
  });

  beforeEach(() => {
    const keys = parseKeyring(`test:${generateKey()}`);
    credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
    flow = createFlow();
    earlierTokenRequests = authorizationServer.tokenRequests.length;
  });

  function createFlow(
    overrides: Partial<OAuth2ConfigInput> = {},
    send: typeof fetch = fetch,
  ): AuthorizationCodeFlow {
    const { issuer } = authorizationServer;
    return new AuthorizationCodeFlow({
      configs: [
        defineOAuth2Config({
          provider: "calendar",
          clientId: "flow",
          clientSecret: "flow-secret",
          issuer,
          authUrl: `${issuer}/auth`,
          tokenUrl: `${issuer}/token`,
          jwksUrl: `${issuer}/jwks`,
          redirectUri: `${server.url}/oauth2/callback`,
          scopes: ["openid", "email", "offline_access", "calendar.read"],
          issParameterSupported: true,
          allowInsecureLoopback: true,
          ...overrides,
        }),
      ],
      fetch: send,
      credentials,
      pendingAuthorizations: new MemoryPendingAuthorizationStore(),
      connectUrl: `${server.url}/oauth2/connect`,
      dangerouslyAllowAnyUser: true,
    });
  }

  const tokenRequests = () => authorizationServer.tokenRequests.slice(earlierTokenRequests);

  it("connects the account a person signs in with", async () => {
    const { id, url } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    const { status, body } = await signIn({ url, user: "alice" });
    expect(status).toBe(200);
    expect(body).toContain("calendar connected");
    expect(await waiting).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(wish);
    expect(stored?.account).toMatchObject({ subject: "alice" });
    expect(stored?.refreshToken).toBeDefined();
    const token = stored?.accessToken.secret() ?? "";
    expect(await authorizationServer.verifyAccessToken(token)).toMatchObject({ sub: "alice" });
  });

  it("TR-11 binds the code to the key of its tokens, by the first request on", async () => {
    flow = createFlow({ useDpop: true });
    const { id, url } = await flow.start(wish);
    const opened = await fetch(url, { redirect: "manual" });
    const jkt = new URL(opened.headers.get("location") ?? "").searchParams.get("dpop_jkt");
    await signIn({ url, user: "alice" });
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
    const { accessToken } = (await credentials.getCredentials(wish)) ?? {};
    expect(await authorizationServer.verifyAccessToken(accessToken?.secret() ?? "")).toMatchObject({
      confirmation: { jkt },
    });
  });

  it("AC-20 tells the waiting agent that the user denied", async () => {
    const { id, url } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    const { body } = await signIn({ url, user: "alice", decision: "deny" });
    expect(body).toContain("not connected");
    expect(await waiting).toEqual({ status: "denied", failure: "access_denied" });
    expect(tokenRequests()).toEqual([]);
  });

  it("AC-03 makes one token request of fifty simultaneous callbacks", async () => {
    const { url } = await flow.start(wish);
    const { callback, cookie } = await signInUntilCallback(url);
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => fetch(callback, { headers: { cookie } })),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(tokenRequests()).toMatchObject([{ grantType: "authorization_code", error: undefined }]);
  });

  it("AC-06 AC-10 a code of another flow is refused by PKCE and stores nothing", async () => {
    const first = await flow.start(wish);
    const stolen = await signInUntilCallback(first.url);
    const mine = await flow.start({ ...wish, userId: "mallory" });
    const { callback, cookie } = await signInUntilCallback(mine.url);
    callback.searchParams.set("code", stolen.callback.searchParams.get("code") ?? "");
    const response = await fetch(callback, { headers: { cookie } });
    expect(response.status).toBe(502);
    expect(tokenRequests()).toMatchObject([{ error: "invalid_grant" }]);
    expect(await credentials.getCredentials({ ...wish, userId: "mallory" })).toBeUndefined();
  });

  it("leaves no token alive that came with an ID token it refuses", async () => {
    const other = await startAuthorizationServer();
    onTestFinished(() => other.stop());
    const { issuer } = authorizationServer;
    type Tokens = Readonly<Record<"access_token" | "refresh_token", string>>;
    const received: Tokens[] = [];
    const endpoints = {
      jwksUrl: `${other.issuer}/jwks`,
      revocationUrl: `${issuer}/token/revocation`,
    };
    flow = createFlow(endpoints, async (url, init) => {
      const response = await fetch(url, init);
      if (url === `${issuer}/token`) received.push((await response.clone().json()) as Tokens);
      return response;
    });
    const { url } = await flow.start(wish);
    expect((await signIn({ url, user: "alice" })).status).toBe(502);
    expect(await credentials.getCredentials(wish)).toBeUndefined();
    const [{ access_token, refresh_token } = expect.unreachable("no tokens came")] = received;
    expect(await authorizationServer.verifyAccessToken(access_token)).toBeUndefined();
    const refresh = await fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("flow:flow-secret")}` },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token }),
    });
    expect(await refresh.json()).toMatchObject({ error: "invalid_grant" });
  });

  it("AC-16 a HEAD of link and callback leaves the flow to the user", async () => {
    const { url } = await flow.start(wish);
    expect((await fetch(url, { method: "HEAD", redirect: "manual" })).status).toBe(200);
    const { callback, cookie } = await signInUntilCallback(url);
    await fetch(callback, { method: "HEAD", headers: { cookie } });
    expect(tokenRequests()).toEqual([]);
    expect((await fetch(callback, { headers: { cookie } })).status).toBe(200);
  });

  /** Signs in, but stops short of the callback: the other origin's cookie jar is kept apart. */
  async function signInUntilCallback(url: string): Promise<{ callback: URL; cookie: string }> {
    const opened = await fetch(url, { redirect: "manual" });
    const [cookie = ""] = opened.headers.get("set-cookie")?.split(";") ?? [];
    const result = await signIn({
      url: opened.headers.get("location") ?? "",
      user: "alice",
    });
    // Without our cookie, the callback refused this browser and consumed nothing.
    expect(result.status).toBe(400);
    return { callback: new URL(result.finalUrl), cookie };
  }
});
