import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  OAuth2Error,
  parseKeyring,
  StoreUnavailableError,
} from "@rak-oauth/core";
import {
  type AuthorizationServer,
  findFreePort,
  type HostileServer,
  launchChromium,
  signIn,
  startAuthorizationServer,
  startHostileServer,
} from "@rak-oauth/test-kit";
import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { beginSignIn, callbackOf, cliEndpoint, sendWithHost } from "./loopback-sign-in.js";

const cleanUps: (() => Promise<unknown>)[] = [];
let server: AuthorizationServer;
let issuer: string;

beforeAll(async () => {
  server = await startAuthorizationServer();
  ({ issuer } = server);
  await server.registerClient({
    clientId: "cli",
    authentication: "none",
    applicationType: "native",
    redirectUris: [
      "http://127.0.0.1/callback",
      "http://[::1]/callback",
      "http://localhost/signed-in",
    ],
  });
});

afterAll(() => server.stop());

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Token requests from now on. */
function watchTokenRequests(): () => AuthorizationServer["tokenRequests"] {
  const earlier = server.tokenRequests.length;
  return () => server.tokenRequests.slice(earlier);
}

async function createCredentials(store = new MemoryCredentialStore()): Promise<CredentialService> {
  return new CredentialService({ store, keys: parseKeyring(`test:${generateKey()}`) });
}

/** Signs in, and keeps back the callback that the browser is sent to. */
async function obtainCallback(url: URL, user: string): Promise<URL> {
  const { origin } = callbackOf(url, {});
  const { finalUrl } = await signIn({
    url: url.href,
    user,
    fetch: async (address, init) =>
      new URL(String(address)).origin === origin ? new Response("kept") : fetch(address, init),
  });
  return new URL(finalUrl);
}

/** A server whose answers can be held, and an endpoint there. */
async function startHostile() {
  const hostile = await startHostileServer();
  cleanUps.push(() => hostile.stop());
  const endpoint = cliEndpoint(hostile.url, {
    authUrl: `${hostile.url}/authorize`,
    revocationUrl: `${hostile.url}/revoke`,
    scopes: ["calendar.read"],
  });
  return { hostile, endpoint };
}

/** What kinds of token it was asked to revoke, in order. */
function revokedBy({ requests }: HostileServer): (string | null)[] {
  return requests
    .filter(({ endpoint }) => endpoint === "revocation")
    .map(({ form }) => form.get("token_type_hint"));
}

describe("the browser comes back", () => {
  it("AC-09 gives the credentials of who signed in, by PKCE and a free port", async () => {
    const tokenRequests = watchTokenRequests();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    });
    const { status, body } = await signIn({ url: url.href, user: "alice" });
    const { account, accessToken, refreshToken } = await outcome;
    expect(status).toBe(200);
    expect(body).toContain("Calendar connected");
    expect(account).toMatchObject({ subject: "alice" });
    expect(refreshToken).toBeDefined();
    expect(await server.verifyAccessToken(accessToken.secret())).toMatchObject({ sub: "alice" });
    expect(tokenRequests()).toMatchObject([{ grantType: "authorization_code", error: undefined }]);
  });

  it("AC-19 pushes its request to a server that wants that", async () => {
    const strict = await startAuthorizationServer({
      clients: [
        {
          clientId: "cli",
          authentication: "none",
          applicationType: "native",
          redirectUris: ["http://127.0.0.1/callback"],
        },
      ],
      requirePushedAuthorizationRequests: true,
    });
    cleanUps.push(() => strict.stop());
    const { url, outcome } = await beginSignIn({
      endpoint: cliEndpoint(strict.issuer, {
        pushedAuthorizationUrl: `${strict.issuer}/request`,
      }),
    });
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    await signIn({ url: url.href, user: "alice" });
    expect((await outcome).account).toMatchObject({ subject: "alice" });
  });

  it("uses PKCE also where the configuration does without", async () => {
    const endpoint = cliEndpoint(issuer, { usePkce: false });
    const { url, outcome } = await beginSignIn({ endpoint });
    await signIn({ url: url.href, user: "alice" });
    expect((await outcome).account).toMatchObject({ subject: "alice" });
  });

  it("stores the credential when it is told where and for whom", async () => {
    const credentials = await createCredentials();
    const { url, outcome } = await beginSignIn({
      endpoint: cliEndpoint(issuer),
      credentials,
      subject: { userId: "me" },
    });
    await signIn({ url: url.href, user: "alice" });
    const { accessToken } = await outcome;
    const stored = await credentials.getCredentials({ provider: "calendar", userId: "me" });
    expect(stored?.accessToken.secret()).toBe(accessToken.secret());
  });

  it("AC-21 tells the person when it is another account than before", async () => {
    const credentials = await createCredentials();
    const options = { endpoint: cliEndpoint(issuer), credentials, subject: { userId: "me" } };
    const pages: string[] = [];
    for (const user of ["alice", "bob"]) {
      const { url, outcome } = await beginSignIn(options);
      pages.push((await signIn({ url: url.href, user })).body);
      await outcome;
    }
    expect(pages[0]).not.toContain("This replaces");
    expect(pages[1]).toContain("This replaces <bdi>another account</bdi>");
  });

  it("TR-09 stores what the code gave once the store is back", async () => {
    const store = new MemoryCredentialStore();
    const time = new ManualTime();
    let isAway = true;
    const put = store.put.bind(store);
    store.put = async (...write) => {
      if (!isAway) return put(...write);
      isAway = false;
      throw new StoreUnavailableError("The store is away.");
    };
    const credentials = await createCredentials(store);
    const { url, outcome } = await beginSignIn({
      endpoint: cliEndpoint(issuer),
      credentials,
      subject: { userId: "me" },
      scheduler: time,
    });
    const browser = signIn({ url: url.href, user: "alice" });
    await expect.poll(() => time.delaysMs, { interval: 1 }).toContain(100);
    time.advance(100);
    await outcome;
    expect((await browser).body).toContain("Calendar connected");
    expect(await credentials.getCredentials({ provider: "calendar", userId: "me" })).toBeDefined();
  });

  it("shows a person the page, in a real browser", async () => {
    const chromium = await launchChromium();
    cleanUps.push(() => chromium.close());
    const page = await chromium.newPage();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    await page.goto(url.href);
    await page.getByRole("button", { name: /alice/i }).click();
    await page.getByRole("button", { name: /allow/i }).click();
    await page.getByRole("heading", { name: "Calendar connected" }).waitFor();
    expect((await outcome).account).toMatchObject({ subject: "alice" });
    // The browser keeps nothing open that would keep the port.
    await expect(fetch(new URL(page.url()).origin)).rejects.toThrow();
  });

  it("comes to the name and path of the redirect URI, on both addresses of localhost", async () => {
    const endpoint = cliEndpoint(issuer, { redirectUri: "http://localhost/signed-in" });
    const { url, outcome } = await beginSignIn({ endpoint });
    const { port, href } = new URL(url.searchParams.get("redirect_uri") ?? "");
    expect(href).toBe(`http://localhost:${port}/signed-in`);
    for (const address of ["127.0.0.1", "[::1]"]) {
      const elsewhere = new URL(`http://${address}:${port}/elsewhere`);
      expect(await sendWithHost(elsewhere, `localhost:${port}`)).toBe(404);
    }
    await signIn({ url: url.href, user: "alice" });
    expect((await outcome).account).toMatchObject({ subject: "alice" });
  });

  it("comes to an IPv6 address", async () => {
    const endpoint = cliEndpoint(issuer, { redirectUri: "http://[::1]/callback" });
    const { url, outcome } = await beginSignIn({ endpoint });
    expect(url.searchParams.get("redirect_uri")).toMatch(/^http:\/\/\[::1\]:\d+\/callback$/);
    await signIn({ url: url.href, user: "alice" });
    expect((await outcome).account).toMatchObject({ subject: "alice" });
  });

  it.each(["option", "redirect URI"])("comes to the port of the %s", async (where) => {
    const port = await findFreePort();
    const { url, outcome } = await beginSignIn(
      where === "option"
        ? { endpoint: cliEndpoint(issuer), port }
        : {
            endpoint: cliEndpoint(issuer, { redirectUri: `http://127.0.0.1:${port}/callback` }),
          },
    );
    expect(url.searchParams.get("redirect_uri")).toBe(`http://127.0.0.1:${port}/callback`);
    await signIn({ url: url.href, user: "bob" });
    expect((await outcome).account).toMatchObject({ subject: "bob" });
  });
});

describe("it does not come to be", () => {
  it("AC-20 when the user says no", async () => {
    const tokenRequests = watchTokenRequests();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    const browser = signIn({ url: url.href, user: "alice", decision: "deny" });
    await expect(outcome).rejects.toMatchObject({ failure: "access_denied" });
    expect((await browser).body).toContain("Calendar not connected");
    expect(tokenRequests()).toEqual([]);
  });

  it("when the user takes too long", async () => {
    const time = new ManualTime();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer), scheduler: time });
    await expect.poll(() => time.delaysMs, { interval: 1 }).toEqual([300_000]);
    time.advance(300_000);
    await expect(outcome).rejects.toMatchObject({ failure: "expired" });
    await expect(fetch(callbackOf(url, { code: "late" }))).rejects.toThrow();
  });

  it("when the caller gives up", async () => {
    const caller = new AbortController();
    const endpoint = cliEndpoint(issuer);
    const { url, outcome } = await beginSignIn({ endpoint, signal: caller.signal });
    const reason = new Error("no longer wanted");
    caller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    await expect(fetch(callbackOf(url, { code: "late" }))).rejects.toThrow();
    await expect(beginSignIn({ endpoint, signal: caller.signal })).rejects.toBe(reason);
  });

  it("when the caller gives up while the code is exchanged; then nothing is stored and no token lives on", async () => {
    const { hostile, endpoint } = await startHostile();
    const credentials = await createCredentials();
    const caller = new AbortController();
    const { url, outcome } = await beginSignIn({
      endpoint,
      credentials,
      subject: { userId: "me" },
      signal: caller.signal,
    });
    const held = hostile.hold();
    const browser = fetch(url);
    await held.arrived();
    caller.abort();
    await expect(outcome).rejects.toMatchObject({ name: "AbortError" });
    expect((await browser).status).toBe(500);
    expect(revokedBy(hostile)).toEqual([]);
    held.release();
    await expect
      .poll(() => revokedBy(hostile), { interval: 1 })
      .toEqual(["refresh_token", "access_token"]);
    expect(hostile.grants.map(({ alive }) => alive)).toEqual([false]);
    expect(
      await credentials.getCredentials({ provider: "calendar", userId: "me" }),
    ).toBeUndefined();
  });

  it("when the store refuses the tokens; then none of them lives on", async () => {
    const { hostile, endpoint } = await startHostile();
    const store = new MemoryCredentialStore();
    const broken = new OAuth2Error("store_misconfigured", "The store refuses to write.");
    store.put = () => Promise.reject(broken);
    const { url, outcome } = await beginSignIn({
      endpoint,
      credentials: await createCredentials(store),
      subject: { userId: "me" },
    });
    const browser = fetch(url);
    await expect(outcome).rejects.toBe(broken);
    expect((await browser).status).toBe(500);
    expect(revokedBy(hostile)).toEqual(["refresh_token", "access_token"]);
    expect(hostile.grants.map(({ alive }) => alive)).toEqual([false]);
  });

  it("EV-01 when the provider gives no token, and the code is in no message", async () => {
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    const browser = fetch(callbackOf(url, { code: "canary-code", iss: issuer }));
    const error = await outcome.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "token_request_failed", error: "invalid_grant" });
    expect(String((error as Error).stack)).not.toContain("canary-code");
    const page = await browser;
    expect(page.status).toBe(502);
    expect(await page.text()).not.toContain("canary-code");
  });

  it.each([
    ["wrong", { iss: "https://other.example" }],
    ["missing", {}],
  ])("AC-07 when the issuer is %s, and nothing is sent", async (_how, parameters) => {
    const tokenRequests = watchTokenRequests();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    const error = { error: "server_error", error_description: "Call this number" };
    const browser = fetch(callbackOf(url, { ...error, ...parameters }));
    await expect(outcome).rejects.toMatchObject({ failure: "issuer_mismatch" });
    expect(await (await browser).text()).not.toContain("Call this number");
    expect(tokenRequests()).toEqual([]);
  });

  it("AC-10 when the code is of another sign-in", async () => {
    // One port, so that the redirect URI is right and only PKCE tells.
    const port = await findFreePort();
    const caller = new AbortController();
    const endpoint = cliEndpoint(issuer);
    const theirs = await beginSignIn({ endpoint, port, signal: caller.signal });
    const stolen = await obtainCallback(theirs.url, "alice");
    caller.abort();
    await expect(theirs.outcome).rejects.toMatchObject({ name: "AbortError" });
    const mine = await beginSignIn({ endpoint, port });
    const code = stolen.searchParams.get("code") ?? "";
    const browser = fetch(callbackOf(mine.url, { code, iss: issuer }));
    await expect(mine.outcome).rejects.toMatchObject({ error: "invalid_grant" });
    expect((await browser).status).toBe(502);
  });
});

describe("what does not belong to it changes nothing", () => {
  const refused: readonly [string, number, (url: URL) => Promise<number | undefined>][] = [
    [
      "AC-04 a forged state",
      400,
      (url) => statusOf(callbackOf(url, { state: "A".repeat(43), code: "forged" })),
    ],
    ["AC-04 no state", 400, (url) => statusOf(callbackOf(url, { state: "", code: "forged" }))],
    [
      "AC-14 a doubled code",
      400,
      (url) => statusOf(new URL(`${callbackOf(url, { code: "one" }).href}&code=two`)),
    ],
    ["AC-14 a huge query", 400, (url) => statusOf(callbackOf(url, { code: "x".repeat(9_000) }))],
    ["another path", 404, (url) => statusOf(new URL("/favicon.ico", callbackOf(url, {})))],
    [
      "AC-16 a HEAD request",
      200,
      (url) => statusOf(callbackOf(url, { code: "seen" }), { method: "HEAD" }),
    ],
    [
      "a POST request",
      405,
      (url) => statusOf(callbackOf(url, { code: "posted" }), { method: "POST", body: "code=a" }),
    ],
    [
      "AC-15 a foreign Host, as after DNS rebinding",
      421,
      (url) => sendWithHost(callbackOf(url, { code: "rebound" }), "evil.example"),
    ],
    [
      "another name of this machine",
      421,
      (url) => {
        const callback = callbackOf(url, { code: "renamed" });
        return sendWithHost(callback, `localhost:${callback.port}`);
      },
    ],
  ];

  it.each(refused)("%s is answered with %i", async (_name, status, send) => {
    const tokenRequests = watchTokenRequests();
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    expect(await send(url)).toBe(status);
    expect(tokenRequests()).toEqual([]);
    await signIn({ url: url.href, user: "alice" });
    expect((await outcome).account).toMatchObject({ subject: "alice" });
  });

  it("AC-06 a second callback exchanges nothing, and sees how the first one ended", async () => {
    const { hostile, endpoint } = await startHostile();
    const { url, outcome } = await beginSignIn({ endpoint });
    const { headers } = await fetch(url, { redirect: "manual" });
    const callback = new URL(headers.get("location") ?? "");
    const again = new URL(callback);
    again.searchParams.set("code", "another");
    const held = hostile.hold();
    const first = fetch(callback);
    await held.arrived();
    const more = [fetch(callback), fetch(again)];
    // By the time this is answered, those before it have arrived.
    expect((await fetch(new URL("/", callback))).status).toBe(404);
    held.release();
    const pages = await Promise.all([first, ...more]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    await outcome;
    expect(hostile.meter.requests).toBe(1);
    await expect(fetch(callback)).rejects.toThrow();
  });

  it("AC-12 its pages let nothing run, are kept by nobody and close the connection", async () => {
    const { url, outcome } = await beginSignIn({ endpoint: cliEndpoint(issuer) });
    const { headers } = await fetch(new URL("/", callbackOf(url, {})));
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      connection: "close",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      "referrer-policy": "no-referrer",
    });
    await signIn({ url: url.href, user: "alice" });
    await outcome;
  });
});

async function statusOf(url: URL, init: RequestInit = {}): Promise<number> {
  return (await fetch(url, init)).status;
}
