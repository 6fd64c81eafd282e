import { serializeSigned } from "hono/utils/cookie";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  confirmByUser,
  verifyJwt,
  verifySessionCookie,
} from "../src/index.js";
import { Browser, callbackFrom, readPage } from "./browser.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { createWorld, type World, wish } from "./world.js";

const endpoints = serveTokenEndpoints();
const key = { ...wish, tenantId: undefined, account: undefined };
const secret = "0123456789abcdef0123456789abcdef";
const idTokens = await generateKeyPair("ES256");

interface Verifier {
  readonly verifyUser: NonNullable<AuthorizationCodeFlowOptions["verifyUser"]>;
  /** Signs alice in to the application, where that means something. */
  readonly signIn: (browser: Browser) => Promise<void>;
}

const verifiers: readonly (readonly [string, Verifier])[] = [
  [
    "verifySessionCookie",
    {
      verifyUser: verifySessionCookie({ cookieName: "session", secrets: [secret] }),
      async signIn(browser) {
        const cookie = await serializeSigned("session", "alice", secret);
        browser.setCookie("session", cookie.slice("session=".length));
      },
    },
  ],
  [
    "verifyJwt",
    {
      verifyUser: verifyJwt({
        issuer: "https://idp.example",
        audience: "agent",
        jwksUrl: "https://idp.example/jwks",
        cookieName: "id_token",
      }),
      async signIn(browser) {
        const token = new SignJWT({ sub: "alice", iss: "https://idp.example", aud: "agent" })
          .setProtectedHeader({ alg: "ES256", kid: "1" })
          .setExpirationTime("1 minute");
        browser.setCookie("id_token", await token.sign(idTokens.privateKey));
      },
    },
  ],
  [
    "confirmByUser",
    { verifyUser: confirmByUser({ applicationName: "Acme agent" }), signIn: async () => {} },
  ],
];

describe.each(verifiers)("with %s", (_name, { verifyUser, signIn }) => {
  let world: World;
  let flow: AuthorizationCodeFlow;

  beforeEach(() => {
    endpoints.use(
      http.get("https://idp.example/jwks", async () =>
        HttpResponse.json({ keys: [{ ...(await exportJWK(idTokens.publicKey)), kid: "1" }] }),
      ),
    );
    world = createWorld();
    flow = world.createFlow({ verifyUser });
  });

  /** Alice, on her way to the provider. */
  async function depart() {
    const { id, url } = await flow.start(wish);
    const browser = new Browser(flow);
    await signIn(browser);
    const opened = await browser.get(url);
    const location = opened.headers.get("location");
    const link = location ?? (await readPage(opened)).link;
    const authorizationUrl = location === null ? await browser.open(link) : new URL(location);
    return { id, browser, authorizationUrl };
  }

  /** What a good callback leads to, to its end. */
  async function conclude(browser: Browser, response: Response): Promise<Response> {
    const location = response.headers.get("location");
    if (location === null) return response;
    const { action, proof } = await readPage(await browser.get(location));
    return browser.post(action, { proof, decision: "connect" });
  }

  it("AC-03 fifty simultaneous callbacks cause one token request, and all end well", async () => {
    const { id, browser, authorizationUrl } = await depart();
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => browser.get(callbackFrom(authorizationUrl))),
    );
    const ends = await Promise.all(responses.map((response) => conclude(browser, response)));
    expect(ends.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(endpoints.requests).toHaveLength(1);
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
    expect(await world.credentials.getCredentials(key)).toBeDefined();
  });

  it("AC-04 a forged state sends nothing, and the flow goes on", async () => {
    const { browser, authorizationUrl } = await depart();
    const state = `${"a".repeat(43)}.${"b".repeat(43)}`;
    const forged = callbackFrom(authorizationUrl, { code: "the-code", state });
    expect((await browser.get(forged)).status).toBe(400);
    expect(endpoints.requests).toEqual([]);
    const good = await browser.get(callbackFrom(authorizationUrl));
    expect((await conclude(browser, good)).status).toBe(200);
  });

  it("AC-06 a replayed callback exchanges nothing and keeps the first result", async () => {
    const { browser, authorizationUrl } = await depart();
    await conclude(browser, await browser.get(callbackFrom(authorizationUrl)));
    const before = await world.credentials.read(key);
    const again = await browser.get(callbackFrom(authorizationUrl, { code: "another-code" }));
    expect(again.status).toBe(200);
    expect(endpoints.requests).toHaveLength(1);
    expect((await world.credentials.read(key))?.fingerprint).toBe(before?.fingerprint);
  });

  it("AC-02 a replay in another browser is refused", async () => {
    const { browser, authorizationUrl } = await depart();
    const stranger = new Browser(flow);
    await signIn(stranger);
    expect((await stranger.get(callbackFrom(authorizationUrl))).status).toBe(400);
    const good = await browser.get(callbackFrom(authorizationUrl));
    expect((await conclude(browser, good)).status).toBe(200);
    expect((await stranger.get(callbackFrom(authorizationUrl))).status).toBe(400);
  });

  it("AC-05 an expired callback sends nothing", async () => {
    const { id, browser, authorizationUrl } = await depart();
    world.time.advance(600_000);
    const response = await browser.get(callbackFrom(authorizationUrl));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("expired");
    expect(endpoints.requests).toEqual([]);
    expect(await flow.waitForAuthorization(id)).toMatchObject({ status: "expired" });
  });

  it("AC-20 a denial is told to the waiting agent, and sends nothing", async () => {
    const { id, browser, authorizationUrl } = await depart();
    const waiting = flow.waitForAuthorization(id);
    await browser.get(callbackFrom(authorizationUrl, { error: "access_denied" }));
    expect(await waiting).toEqual({ status: "denied", failure: "access_denied" });
    expect(endpoints.requests).toEqual([]);
    expect(await world.credentials.getCredentials(key)).toBeUndefined();
  });

  it("AC-14 a query of 1 MB is refused, and the flow goes on", async () => {
    const { browser, authorizationUrl } = await depart();
    const huge = callbackFrom(authorizationUrl);
    huge.searchParams.set("x", "y".repeat(1_000_000));
    expect((await browser.get(huge)).status).toBe(400);
    const good = await browser.get(callbackFrom(authorizationUrl));
    expect((await conclude(browser, good)).status).toBe(200);
  });
});
