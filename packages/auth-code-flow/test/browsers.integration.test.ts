import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import {
  type AuthorizationServer,
  type HttpServer,
  launchChromium,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { serializeSigned } from "hono/utils/cookie";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  confirmByUser,
  verifyJwt,
  verifySessionCookie,
} from "../src/index.js";

type Chromium = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Chromium["newPage"]>>;

const sessionSecret = generateKey();
const minutes = 60_000;
let chromium: Chromium;
let authorizationServer: AuthorizationServer;
let application: HttpServer;
let evilSite: HttpServer;
let evilPage = "";
let flow: AuthorizationCodeFlow;
let credentials: CredentialService;
let earlierTokenRequests: number;
let idTokens: Awaited<ReturnType<typeof generateKeyPair>>;
let closings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  idTokens = await generateKeyPair("ES256");
  authorizationServer = await startAuthorizationServer();
  application = await startHttpServer(answer);
  evilSite = await startHttpServer(
    () => new Response(evilPage, { headers: { "content-type": "text/html" } }),
  );
  await authorizationServer.registerClient({
    clientId: "flow",
    clientSecret: "flow-secret",
    redirectUris: [`${application.url}/oauth2/callback`],
  });
  chromium = await launchChromium();
}, 5 * minutes);

afterAll(async () => {
  await chromium?.close();
  await evilSite?.stop();
  await application?.stop();
  await authorizationServer?.stop();
});

beforeEach(() => {
  earlierTokenRequests = authorizationServer.tokenRequests.length;
});

afterEach(async () => {
  for (const close of closings) await close();
  closings = [];
});

/** An application with a sign-in that believes everybody, key set included. */
async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/jwks") {
    return Response.json({ keys: [{ ...(await exportJWK(idTokens.publicKey)), kid: "1" }] });
  }
  if (url.pathname !== "/login") return flow.handler(request);
  const user = url.searchParams.get("user") ?? "";
  const idToken = await new SignJWT({ sub: user })
    .setProtectedHeader({ alg: "ES256", kid: "1" })
    .setIssuer("http://127.0.0.1/idp")
    .setAudience("application")
    .setExpirationTime("5 minutes")
    .sign(idTokens.privateKey);
  const headers = new Headers();
  headers.append(
    "set-cookie",
    await serializeSigned("session", user, sessionSecret, { path: "/" }),
  );
  headers.append("set-cookie", `id_token=${idToken}; Path=/`);
  return new Response("signed in", { headers });
}

function serve(verifyUser: NonNullable<AuthorizationCodeFlowOptions["verifyUser"]>): void {
  const { issuer } = authorizationServer;
  credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`test:${generateKey()}`),
  });
  flow = new AuthorizationCodeFlow({
    configs: [
      defineOAuth2Config({
        provider: "calendar",
        displayName: "Calendar",
        clientId: "flow",
        clientSecret: "flow-secret",
        issuer,
        authUrl: `${issuer}/auth`,
        tokenUrl: `${issuer}/token`,
        userinfoUrl: `${issuer}/me`,
        revocationUrl: `${issuer}/token/revocation`,
        jwksUrl: `${issuer}/jwks`,
        redirectUri: `${application.url}/oauth2/callback`,
        scopes: ["openid", "email", "offline_access", "calendar.read"],
        issParameterSupported: true,
        allowInsecureLoopback: true,
      }),
    ],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${application.url}/oauth2/connect`,
    verifyUser,
  });
}

/** A browser of its own, signed in to the application as this user or as nobody. */
async function openBrowser(user?: string): Promise<Page> {
  const context = await chromium.newContext();
  closings.push(() => context.close());
  const page = await context.newPage();
  if (user !== undefined) await signInToApplication(page, user);
  return page;
}

async function signInToApplication(page: Page, user: string): Promise<void> {
  const tab = await page.context().newPage();
  await tab.goto(`${application.url}/login?user=${user}`);
  await tab.close();
}

async function consentAs(page: Page, user: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(user, "i") }).click();
  await page.getByRole("button", { name: /allow/i }).click();
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent();
const tokenRequests = () => authorizationServer.tokenRequests.slice(earlierTokenRequests);
const aliceWish = { provider: "calendar", userId: "alice" };

const verifiers = [
  [
    "verifySessionCookie",
    () => verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
  ],
  [
    "verifyJwt",
    () =>
      verifyJwt({
        issuer: "http://127.0.0.1/idp",
        audience: "application",
        jwksUrl: `${application.url}/jwks`,
        cookieName: "id_token",
        allowInsecureLoopback: true,
      }),
  ],
] as const;

describe.each(verifiers)("two real browsers and %s", { timeout: 2 * minutes }, (_name, create) => {
  beforeEach(() => serve(create()));

  it("AC-02 the link of one user leads nobody else anywhere, and its own user to the end", async () => {
    const { id, url } = await flow.start(aliceWish);
    for (const bob of [await openBrowser("bob"), await openBrowser()]) {
      const response = await bob.goto(url);
      expect(response?.status()).toBe(403);
      expect(await heading(bob)).toBe("This link is for somebody else");
      expect(await bob.context().cookies()).not.toContainEqual(
        expect.objectContaining({ name: expect.stringContaining("rak-oauth") }),
      );
    }
    expect(tokenRequests()).toEqual([]);
    const alice = await openBrowser("alice");
    await alice.goto(url);
    await consentAs(alice, "alice");
    await alice.getByRole("heading", { name: "Calendar connected" }).waitFor();
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(aliceWish);
    expect(stored?.account?.email).toBe("alice@example.com");
  });

  it("the window that the application opened closes itself, and one that a person opened stays", async () => {
    const { url } = await flow.start(aliceWish);
    const alice = await openBrowser("alice");
    await alice.goto(`${application.url}/login?user=alice`);
    const opened = alice.waitForEvent("popup");
    await alice.evaluate(`void window.open(${JSON.stringify(url)}, "connect", "popup")`);
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await consentAs(popup, "alice");
    await popup.getByRole("heading", { name: "Calendar connected" }).waitFor();
    await closed;

    const again = await alice.context().newPage();
    const ran = again.waitForResponse(`${application.url}/oauth2/close.js`);
    await again.goto(url);
    expect((await ran).status()).toBe(200);
    expect(await heading(again)).toBe("Calendar connected");
  });

  it("AC-01 a flow that another user finishes is refused before the code is exchanged", async () => {
    const { id, url } = await flow.start(aliceWish);
    const page = await openBrowser("alice");
    await page.goto(url);
    await page.getByRole("button", { name: /bob/i }).click();
    // Somebody else sits down at this browser, and signs in to the application.
    await signInToApplication(page, "bob");
    await page.getByRole("button", { name: /allow/i }).click();
    await page.getByRole("heading", { name: "This link is for somebody else" }).waitFor();
    expect(tokenRequests()).toEqual([]);
    expect(await credentials.getCredentials(aliceWish)).toBeUndefined();
    expect(await flow.waitForAuthorization(id)).toEqual({
      status: "denied",
      failure: "wrong_user",
    });
  });

  it("AC-01 a callback carried into another user's browser exchanges nothing", async () => {
    const { id, url } = await flow.start(aliceWish);
    const alice = await openBrowser("alice");
    await alice.goto(url);
    await alice.getByRole("button", { name: /alice/i }).click();
    // Without the cookie, the callback is good for nothing in her own browser either.
    await alice.context().clearCookies({ name: /rak-oauth/ });
    await alice.getByRole("button", { name: /allow/i }).click();
    await alice.waitForURL(/oauth2\/callback/);
    const bob = await openBrowser("bob");
    expect((await bob.goto(alice.url()))?.status()).toBe(400);
    expect(tokenRequests()).toEqual([]);
    expect(await flow.waitForAuthorization(id, { timeoutMs: 0 })).toEqual({ status: "pending" });
  });
});

describe("two real browsers and confirmByUser", { timeout: 2 * minutes }, () => {
  beforeEach(() => serve(confirmByUser({ applicationName: "Acme agent" })));

  it("AC-01 AC-02 who was sent somebody else's link is told whose it is, twice, and can stop", async () => {
    const wish = { provider: "calendar", userId: "mallory" };
    const { id, url } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    const bob = await openBrowser();
    await bob.goto(url);
    expect(await heading(bob)).toBe("Connect Calendar?");
    expect(await bob.textContent("main")).toContain("you are mallory");
    await bob.getByRole("link", { name: /go on/ }).click();
    await consentAs(bob, "bob");
    await bob.getByRole("heading", { name: "Is this right?" }).waitFor();
    const text = await bob.textContent("main");
    for (const part of ["bob@example.com", "Acme agent", "mallory"]) expect(text).toContain(part);
    expect(await credentials.getCredentials(wish)).toBeUndefined();
    await bob.getByRole("button", { name: /Stop/ }).click();
    await bob.getByRole("heading", { name: "Stopped" }).waitFor();
    expect(await bob.textContent("main")).toContain("has ended the access");
    expect(await waiting).toEqual({ status: "denied", failure: "wrong_user" });
    expect(await credentials.getCredentials(wish)).toBeUndefined();
    await bob.goto(url);
    expect(await heading(bob)).toBe("This link is for somebody else");
  });

  it("AC-02 its user connects the account they were shown", async () => {
    const { id, url } = await flow.start(aliceWish);
    const alice = await openBrowser();
    await alice.goto(url);
    await alice.getByRole("link", { name: /go on/ }).click();
    await consentAs(alice, "alice");
    await alice.getByRole("button", { name: "Connect", exact: true }).click();
    await alice.getByRole("heading", { name: "Calendar connected" }).waitFor();
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(aliceWish);
    expect(stored?.account).toMatchObject({ subject: "alice", email: "alice@example.com" });
    await alice.reload();
    expect(await heading(alice)).toBe("Calendar connected");
    expect(tokenRequests()).toHaveLength(1);
  });

  it("AC-02 another browser cannot look at the question, and another site cannot answer it", async () => {
    const { id, url } = await flow.start({ provider: "calendar", userId: "mallory" });
    const bob = await openBrowser();
    await bob.goto(url);
    await bob.getByRole("link", { name: /go on/ }).click();
    await consentAs(bob, "bob");
    await bob.getByRole("heading", { name: "Is this right?" }).waitFor();
    const question = bob.url();
    const mallory = await openBrowser();
    expect((await mallory.goto(question))?.status()).toBe(400);
    expect(await mallory.textContent("main")).not.toContain("bob@example.com");

    evilPage = `<form method="post" action="${question}"><input name="decision" value="connect">
<input name="proof" value="${"a".repeat(43)}"></form><script>document.forms[0].submit()</script>`;
    const tab = await bob.context().newPage();
    const submitted = tab.waitForResponse((response) => response.request().method() === "POST");
    // By this name, the site is another one to a browser.
    await tab.goto(evilSite.url.replace("127.0.0.1", "localhost"));
    expect((await submitted).status()).toBe(400);
    expect(await flow.waitForAuthorization(id, { timeoutMs: 0 })).toEqual({ status: "pending" });
  });
});
