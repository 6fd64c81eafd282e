import { inspect } from "node:util";
import { AccessToken, OAuth2Error, StoreUnavailableError } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import { type AuthorizationCodeFlow, confirmByUser } from "../src/index.js";
import { Browser, callbackFrom, type OfferedPage, readPage } from "./browser.js";
import { createIdToken } from "./id-token.js";
import { serveRevocation } from "./revocation.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import {
  connectUrl,
  createWorld as createPlainWorld,
  exampleConfig,
  origin,
  type World,
  wish,
} from "./world.js";

const endpoints = serveTokenEndpoints();
const key = { ...wish, tenantId: undefined, account: undefined };
const confirmUrl = `${origin}/oauth2/confirm`;
const config = exampleConfig({
  scopes: ["openid", "email"],
  revocationUrl: "https://as.example/revoke",
});
const verifyUser = confirmByUser({
  applicationName: "Acme <agent>",
  describeUser: ({ userId }) => `${userId}@acme.example`,
});

interface ConfirmingWorld extends World {
  readonly flow: AuthorizationCodeFlow;
  /** Brings a browser to the page after the provider. */
  arrive(): Promise<Arrival>;
}

interface Arrival {
  readonly id: string;
  readonly url: string;
  readonly browser: Browser;
  /** The yes of the page before the provider. */
  readonly continueUrl: string;
  readonly callback: URL;
  readonly page: OfferedPage;
  readonly waiting: ReturnType<AuthorizationCodeFlow["waitForAuthorization"]>;
}

function createWorld(): ConfirmingWorld {
  const world = createPlainWorld();
  const flow = world.createFlow({ verifyUser, configs: [config] });
  return {
    ...world,
    flow,
    async arrive() {
      const { id, url } = await flow.start(wish);
      const waiting = flow.waitForAuthorization(id);
      const browser = new Browser(flow);
      const { link } = await readPage(await browser.get(url));
      const authorizationUrl = await browser.open(link);
      answerWithAccount(authorizationUrl);
      const callback = callbackFrom(authorizationUrl);
      const page = await readPage(await follow(browser, await browser.get(callback)));
      return { id, url, browser, continueUrl: link, callback, page, waiting };
    },
  };
}

function answerWithAccount(authorizationUrl: URL): void {
  const idToken = createIdToken(authorizationUrl.searchParams.get("nonce"));
  endpoints.answerWith(() =>
    HttpResponse.json({
      access_token: "canary-access-token",
      refresh_token: "canary-refresh-token",
      token_type: "Bearer",
      expires_in: 3600,
      id_token: idToken,
    }),
  );
}

async function follow(browser: Browser, response: Response): Promise<Response> {
  expect(response.status).toBe(303);
  return browser.get(response.headers.get("location") ?? "");
}

describe("confirmByUser, before the provider", () => {
  it("AC-02 asks the person whether the link is theirs, and sends nobody on unasked", async () => {
    const { flow } = createWorld();
    const { url } = await flow.start(wish);
    const browser = new Browser(flow);
    const response = await browser.get(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("form-action 'self'");
    const page = await readPage(response);
    expect(page.html).toContain("Connect Example Calendar?");
    expect(page.html).toContain("Acme &lt;agent&gt;");
    expect(page.html).toContain("alice@acme.example");
    expect((await browser.open(page.link)).host).toBe("as.example");
  });

  it("AC-02 a yes of one browser is none of another, and a made-up one is none at all", async () => {
    const { flow } = createWorld();
    const { url } = await flow.start(wish);
    const attacker = new Browser(flow);
    const { link } = await readPage(await attacker.get(url));
    const victim = new Browser(flow);
    for (const address of [link, `${url}&continue=`, `${url}&continue=${"a".repeat(43)}`]) {
      const response = await victim.get(address);
      expect(response.status).toBe(200);
      expect(response.headers.has("location")).toBe(false);
    }
    // Nor once the victim's browser has seen the page itself.
    expect((await victim.get(link)).headers.has("location")).toBe(false);
  });

  it("AC-20 tells the waiting agent at once that the person stopped, and ends the link", async () => {
    const { flow, failures } = createWorld();
    const { id, url } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    const browser = new Browser(flow);
    const page = await readPage(await browser.get(url));
    const stop = () => browser.post(page.action, { proof: page.proof, decision: "stop" });
    const response = await stop();
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("You chose not to allow access");
    expect(await waiting).toEqual({ status: "denied", failure: "access_denied" });
    expect(failures).toEqual([]);
    for (const again of [await stop(), await browser.get(page.link)]) {
      expect(again.headers.has("location")).toBe(false);
      expect(await again.text()).toContain("You chose not to allow access");
    }
  });

  it("AC-20 lets nothing come of a provider's answer after the person stopped", async () => {
    const { flow, credentials } = createWorld();
    const { url } = await flow.start(wish);
    const browser = new Browser(flow);
    const page = await readPage(await browser.get(url));
    const authorizationUrl = await browser.open(page.link);
    await browser.post(page.action, { proof: page.proof, decision: "stop" });
    const late = await browser.get(callbackFrom(authorizationUrl));
    expect(await late.text()).toContain("You chose not to allow access");
    expect(endpoints.requests).toEqual([]);
    expect(await credentials.getCredentials(key)).toBeUndefined();
  });

  it("AC-02 ends the link once, of fifty simultaneous stops", async () => {
    const { flow } = createWorld();
    const { id, url } = await flow.start(wish);
    const browser = new Browser(flow);
    const page = await readPage(await browser.get(url));
    const responses = await Promise.all(
      Array.from({ length: 50 }, () =>
        browser.post(page.action, { proof: page.proof, decision: "stop" }),
      ),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(await flow.waitForAuthorization(id)).toMatchObject({ status: "denied" });
  });

  it.each<[string, (page: OfferedPage) => Record<string, string>, Record<string, string>?]>([
    ["a page without proof", () => ({ decision: "stop" })],
    ["a page with a guess", () => ({ decision: "stop", proof: "a".repeat(43) })],
    [
      "the proof of the yes",
      ({ link }) => ({
        decision: "stop",
        proof: new URL(link).searchParams.get("continue") ?? "",
      }),
    ],
    ["a yes", ({ proof }) => ({ decision: "connect", proof })],
    [
      "another site",
      ({ proof }) => ({ decision: "stop", proof }),
      { "sec-fetch-site": "cross-site" },
    ],
  ])("AC-16 ends no link by %s", async (_name, fieldsOf, headers) => {
    const { flow, store } = createWorld();
    const { id, url } = await flow.start(wish);
    const browser = new Browser(flow);
    const page = await readPage(await browser.get(url));
    expect((await browser.post(page.action, fieldsOf(page), headers)).status).toBe(400);
    expect((await store.read(id))?.status).toBe("pending");
  });

  it("AC-16 ends no link by another browser's page, a GET or a HEAD", async () => {
    const { flow, store } = createWorld();
    const { id, url } = await flow.start(wish);
    const page = await readPage(await new Browser(flow).get(url));
    const other = new Browser(flow);
    await other.get(url);
    await other.post(page.action, { proof: page.proof, decision: "stop" });
    await other.get(`${page.action}&decision=stop&proof=${page.proof}`);
    await other.get(page.action, { method: "HEAD" });
    expect((await store.read(id))?.status).toBe("pending");
  });
});

describe("confirmByUser, after the provider", () => {
  it("AC-02 shows account, application and user, and stores nothing for the agent before the yes", async () => {
    const { credentials, store, arrive } = createWorld();
    const { id, browser, page, waiting } = await arrive();
    for (const text of ["home@example.com", "Acme &lt;agent&gt;", "alice@acme.example"]) {
      expect(page.html).toContain(text);
    }
    expect(page.action).toBe(`${confirmUrl}?request=${id}`);
    expect(await credentials.getCredentials(key)).toBeUndefined();
    expect(await store.read(id)).toMatchObject({ status: "held" });
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain("Example Calendar connected");
    expect(html).toContain("home@example.com");
    expect(await waiting).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(key);
    expect(stored?.accessToken.secret()).toBe("canary-access-token");
    expect(stored?.refreshToken?.secret()).toBe("canary-refresh-token");
    expect(stored?.account).toMatchObject({ subject: "home", email: "home@example.com" });
  });

  it("keeps the lifetime of a token right, however long the person thinks", async () => {
    const { credentials, arrive, time } = createWorld();
    const { browser, page } = await arrive();
    const expiresAt = time.now() + 3_600_000;
    time.advance(300_000);
    await browser.post(page.action, { proof: page.proof, decision: "connect" });
    const stored = await credentials.getCredentials(key);
    expect(stored?.accessToken.expiresAt).toEqual(new Date(expiresAt));
    expect(stored?.lifetimeSeconds).toBe(3600);
  });

  it("gives the person the whole time again, from when they came back", async () => {
    const { flow, arrive, time } = createWorld();
    const { id, url } = await flow.start(wish);
    time.advance(250_000);
    const { browser, page } = await arrive();
    expect(page.action).toContain(id);
    time.advance(599_000);
    expect((await browser.get(url)).headers.get("location")).toBe(page.action);
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(response.status).toBe(200);
  });

  it("AC-02 Stop revokes the tokens at the provider, and tells the waiting agent", async () => {
    const revoked = serveRevocation(endpoints);
    const { credentials, store, arrive } = createWorld();
    const { id, browser, page, waiting } = await arrive();
    const sealedBefore = (await store.read(id))?.sealed.length ?? 0;
    const response = await browser.post(page.action, { proof: page.proof, decision: "stop" });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("has ended the access");
    expect(await waiting).toEqual({ status: "denied", failure: "wrong_user" });
    expect(revoked).toEqual([
      "refresh_token canary-refresh-token",
      "access_token canary-access-token",
    ]);
    expect(await credentials.getCredentials(key)).toBeUndefined();
    // The tokens are gone from the record as well.
    expect((await store.read(id))?.sealed.length).toBeLessThan(sealedBefore);
    const late = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(late.status).toBe(403);
    expect(await credentials.getCredentials(key)).toBeUndefined();
  });

  it("revokes what was confirmed and cannot be stored", async () => {
    const revoked = serveRevocation(endpoints);
    const { credentialStore, failures, arrive } = createWorld();
    const { browser, page, waiting } = await arrive();
    const broken = new OAuth2Error("store_misconfigured", "The store refuses to write.");
    credentialStore.put = () => Promise.reject(broken);
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(response.status).toBe(500);
    expect(await waiting).toEqual({ status: "failed", failure: "server_error" });
    expect(revoked).toEqual([
      "refresh_token canary-refresh-token",
      "access_token canary-access-token",
    ]);
    expect(failures.map(({ error }) => error)).toEqual([broken]);
  });

  it("tells the person what to do when the provider does not revoke", async () => {
    serveRevocation(endpoints, 400);
    const { arrive } = createWorld();
    const { browser, page } = await arrive();
    const response = await browser.post(page.action, { proof: page.proof, decision: "stop" });
    expect(await response.text()).toContain("remove the access there");
  });

  it("AC-02 confirms once, of fifty simultaneous decisions", async () => {
    const { credentials, arrive } = createWorld();
    const stored = vi.spyOn(credentials, "storeCredentials");
    const { browser, page } = await arrive();
    const responses = await Promise.all(
      Array.from({ length: 50 }, () =>
        browser.post(page.action, { proof: page.proof, decision: "connect" }),
      ),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(stored).toHaveBeenCalledTimes(1);
  });

  it("AC-03 makes one token request of fifty simultaneous callbacks, and asks all of them", async () => {
    const { flow } = createWorld();
    const { url } = await flow.start(wish);
    const browser = new Browser(flow);
    const { link } = await readPage(await browser.get(url));
    const authorizationUrl = await browser.open(link);
    answerWithAccount(authorizationUrl);
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => browser.get(callbackFrom(authorizationUrl))),
    );
    const locations = responses.map(({ headers }) => headers.get("location"));
    expect(new Set(locations)).toEqual(new Set([expect.stringContaining(confirmUrl)]));
    expect(endpoints.requests).toHaveLength(1);
  });

  it("AC-06 leads a callback and a link that come again back to the question", async () => {
    const { arrive } = createWorld();
    const { url, browser, callback, page } = await arrive();
    for (const address of [callback, url]) {
      expect((await browser.get(address)).headers.get("location")).toBe(page.action);
    }
    await browser.post(page.action, { proof: page.proof, decision: "connect" });
    for (const address of [callback, url, page.action]) {
      expect(await (await browser.get(address)).text()).toContain("connected");
    }
    expect(endpoints.requests).toHaveLength(1);
  });

  it("AC-02 lets no other browser see or answer the question", async () => {
    const { flow, credentials, arrive } = createWorld();
    const { url, browser, page } = await arrive();
    const stranger = new Browser(flow);
    for (const attempt of [
      () => stranger.get(page.action),
      () => stranger.post(page.action, { proof: page.proof, decision: "connect" }),
      () => stranger.get(url),
    ]) {
      const response = await attempt();
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain("home@example.com");
    }
    expect(await credentials.getCredentials(key)).toBeUndefined();
    const good = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(good.status).toBe(200);
  });

  it.each<[string, Record<string, string>, Record<string, string> | undefined, number]>([
    ["another site", { decision: "connect" }, { "sec-fetch-site": "cross-site" }, 400],
    ["a sibling site", { decision: "connect" }, { "sec-fetch-site": "same-site" }, 400],
    ["another origin", { decision: "connect" }, { origin: "https://evil.example" }, 400],
    ["a page without proof", { decision: "connect", proof: "" }, undefined, 400],
    ["a page with a guess", { decision: "connect", proof: "a".repeat(43) }, undefined, 400],
    ["a page without decision", {}, undefined, 400],
    ["a page with another decision", { decision: "maybe" }, undefined, 400],
    ["a huge page", { decision: "connect", x: "x".repeat(5000) }, undefined, 400],
    ["a script", { decision: "connect" }, { "content-type": "application/json" }, 400],
  ])("AC-02 refuses a decision from %s, and asks on", async (_from, fields, headers, status) => {
    const { credentials, arrive } = createWorld();
    const { browser, page } = await arrive();
    const response = await browser.post(page.action, { proof: page.proof, ...fields }, headers);
    expect(response.status).toBe(status);
    expect(await credentials.getCredentials(key)).toBeUndefined();
    expect((await browser.get(page.action)).status).toBe(200);
    const good = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(good.status).toBe(200);
  });

  it("AC-02 the yes before the provider is none after it", async () => {
    const { arrive } = createWorld();
    const { browser, continueUrl, page } = await arrive();
    const proof = new URL(continueUrl).searchParams.get("continue") ?? "";
    expect(proof).toHaveLength(page.proof.length);
    const response = await browser.post(page.action, { proof, decision: "connect" });
    expect(response.status).toBe(400);
  });

  it("AC-05 a person who decides too late connects nothing, and the tokens are revoked", async () => {
    const revoked = serveRevocation(endpoints);
    const { credentials, arrive, time } = createWorld();
    const { browser, page } = await arrive();
    time.advance(600_000);
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("expired");
    expect(revoked).toHaveLength(2);
    expect(await credentials.getCredentials(key)).toBeUndefined();
  });

  it("revokes what nobody confirmed in time, once among all processes, and nothing else", async () => {
    const revoked = serveRevocation(endpoints);
    const { flow, store, createFlow, arrive, time } = createWorld();
    const { id, browser, page, waiting } = await arrive();
    const other = createFlow({ verifyUser, configs: [config] });
    expect(await flow.revokeUnconfirmed()).toEqual([]);
    time.advance(600_000);
    expect(await waiting).toMatchObject({ status: "expired" });
    const ended = await Promise.all([flow, other].map((each) => each.revokeUnconfirmed()));
    expect(ended.flat()).toEqual([{ key: expect.objectContaining(wish), revoked: true }]);
    expect(revoked).toEqual([
      "refresh_token canary-refresh-token",
      "access_token canary-access-token",
    ]);
    expect(await store.read(id)).toMatchObject({ status: "failed", failure: "expired" });
    const late = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(await late.text()).toContain("expired");
    expect(revoked).toHaveLength(2);
  });

  it("leaves alone what was confirmed or stopped", async () => {
    const revoked = serveRevocation(endpoints);
    const { flow, arrive, time } = createWorld();
    const confirmed = await arrive();
    const { action, proof } = confirmed.page;
    await confirmed.browser.post(action, { proof, decision: "connect" });
    time.advance(600_000);
    expect(await flow.revokeUnconfirmed()).toEqual([]);
    expect(revoked).toEqual([]);
  });

  it("EV-01 says of each that it was not revoked, and goes on with the others", async () => {
    serveRevocation(endpoints, 400);
    const { flow, createFlow, failures, arrive, time } = createWorld();
    await arrive();
    time.advance(600_000);
    const key = expect.objectContaining(wish);
    const withoutProvider = createFlow({
      verifyUser,
      configs: [exampleConfig({ provider: "other" })],
    });
    expect(await withoutProvider.revokeUnconfirmed()).toEqual([{ key, revoked: false }]);
    expect(failures).toMatchObject([{ step: "confirm", error: { code: "invalid_configuration" } }]);
    await arrive();
    time.advance(600_000);
    expect(await flow.revokeUnconfirmed()).toEqual([{ key, revoked: false }]);
    expect(inspect(failures, { depth: 10 })).not.toContain("canary");
  });

  it("AC-16 a HEAD request sees and decides nothing", async () => {
    const { arrive } = createWorld();
    const { browser, page } = await arrive();
    const response = await browser.get(page.action, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    const put = await browser.get(page.action, { method: "PUT" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  });

  it("AC-20 tells the waiting agent at once that the user denied", async () => {
    const { flow } = createWorld();
    const { id, url } = await flow.start(wish);
    const waiting = flow.waitForAuthorization(id);
    const browser = new Browser(flow);
    const { link } = await readPage(await browser.get(url));
    const denied = callbackFrom(await browser.open(link), { error: "access_denied" });
    await browser.get(denied);
    expect(await waiting).toEqual({ status: "denied", failure: "access_denied" });
  });

  it("AC-21 shows before the yes that another account was connected", async () => {
    const { credentials, arrive } = createWorld();
    const account = { subject: "work", email: "work@example.com" };
    await credentials.storeCredentials(key, { accessToken: new AccessToken("older"), account });
    const { browser, page } = await arrive();
    expect(page.html).toMatch(/This replaces .*work@example.com/);
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(await response.text()).toContain("This replaces <bdi>work@example.com</bdi>");
  });

  it("AC-11 offers the way back as a link, for a form may lead nowhere else", async () => {
    const world = createPlainWorld();
    const returnTo = "https://app.example/done";
    const flow = world.createFlow({
      verifyUser,
      configs: [config],
      returnToOrigins: ["https://app.example"],
    });
    const { url } = await flow.start({ ...wish, returnTo });
    const browser = new Browser(flow);
    const { link } = await readPage(await browser.get(url));
    const authorizationUrl = await browser.open(link);
    answerWithAccount(authorizationUrl);
    const asked = await follow(browser, await browser.get(callbackFrom(authorizationUrl)));
    expect(asked.headers.get("content-security-policy")).toContain("form-action 'self'");
    const page = await readPage(asked);
    const response = await browser.post(page.action, { proof: page.proof, decision: "connect" });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`href="${returnTo}"`);
  });

  it("TR-09 does not lose tokens that the user confirmed to a store that is away for a moment", async () => {
    const { credentials, arrive, time } = createWorld();
    const { browser, page } = await arrive();
    const stored = vi.spyOn(credentials, "storeCredentials");
    stored.mockRejectedValueOnce(new StoreUnavailableError("The store is away."));
    const answered = browser.post(page.action, { proof: page.proof, decision: "connect" });
    await vi.waitFor(() => expect(time.delaysMs).toContain(100), { timeout: 20_000 });
    time.advance(100);
    expect((await answered).status).toBe(200);
    expect((await credentials.getCredentials(key))?.accessToken.secret()).toBe(
      "canary-access-token",
    );
  });

  it("revokes tokens that cannot be kept until the user confirms", async () => {
    const revoked = serveRevocation(endpoints);
    const { flow, store } = createWorld();
    const { id, url } = await flow.start(wish);
    const browser = new Browser(flow);
    const { link } = await readPage(await browser.get(url));
    const authorizationUrl = await browser.open(link);
    answerWithAccount(authorizationUrl);
    vi.spyOn(store, "hold").mockResolvedValue(false);
    const response = await browser.get(callbackFrom(authorizationUrl));
    expect(response.status).toBe(400);
    expect(revoked).toHaveLength(2);
    expect((await store.read(id))?.status).toBe("failed");
  });

  it("EV-01 keeps tokens out of record, pages and failures", async () => {
    const { store, failures, arrive } = createWorld();
    const { id, browser, page } = await arrive();
    await browser.post(page.action, { proof: "wrong", decision: "connect" });
    const record = await store.read(id);
    const seen = [
      page.html,
      inspect(failures, { depth: 10 }),
      Buffer.from(record?.sealed ?? []).toString("latin1"),
      JSON.stringify(record),
    ].join();
    expect(seen).not.toContain("canary");
    expect(seen).not.toContain(Buffer.from("canary").toString("base64url"));
  });

  it("has no page to confirm where something else knows the user", async () => {
    const flow = createPlainWorld().createFlow();
    expect((await new Browser(flow).get(confirmUrl)).status).toBe(404);
    expect((await new Browser(flow).get(connectUrl)).status).toBe(400);
  });

  it.each(["", "?request=", `?request=${"a".repeat(43)}`])(
    "answers a damaged or unknown address (%j) with 400",
    async (query) => {
      const { flow } = createWorld();
      expect((await new Browser(flow).get(`${confirmUrl}${query}`)).status).toBe(400);
    },
  );

  it("AC-02 has nothing to confirm before the provider answered", async () => {
    const { flow, store } = createWorld();
    const { id } = await flow.start(wish);
    expect((await new Browser(flow).get(`${confirmUrl}?request=${id}`)).status).toBe(400);
    expect((await store.read(id))?.status).toBe("pending");
  });
});
