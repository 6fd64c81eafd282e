import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { Browser, callbackFrom, goToProvider } from "./browser.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { connectUrl, createWorld, exampleConfig, origin, wish } from "./world.js";

const endpoints = serveTokenEndpoints();
const key = { ...wish, tenantId: undefined, account: undefined };

describe("a callback that is not what it should be", () => {
  it("AC-03 makes one token request of fifty simultaneous callbacks", async () => {
    const { createFlow } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => browser.get(callbackFrom(authorizationUrl))),
    );
    expect(endpoints.requests).toHaveLength(1);
    expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
  });

  it("AC-04 sends nothing for a state it did not make", async () => {
    const { createFlow } = createWorld();
    const { browser, authorizationUrl, id } = await goToProvider(createFlow());
    const foreign = (await goToProvider(createWorld().createFlow())).authorizationUrl;
    const states = [
      foreign.searchParams.get("state") ?? "",
      "guess",
      `${"a".repeat(43)}.${"b".repeat(43)}`,
      `${authorizationUrl.searchParams.get("state")}.c`,
      `${id}.${"b".repeat(43)}`,
    ];
    for (const state of states) {
      const response = await browser.get(
        callbackFrom(authorizationUrl, { code: "the-code", state }),
      );
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain("Example Calendar");
    }
    expect(endpoints.requests).toEqual([]);
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
  });

  it("AC-02 refuses a browser that did not open the link, and burns nothing", async () => {
    const { createFlow } = createWorld();
    const flow = createFlow();
    const { url, browser, authorizationUrl } = await goToProvider(flow);
    const stranger = new Browser(flow);
    expect((await stranger.get(callbackFrom(authorizationUrl))).status).toBe(400);
    // Nor with a cookie of its own for the same link.
    await stranger.open(url);
    expect((await stranger.get(callbackFrom(authorizationUrl))).status).toBe(400);
    expect(endpoints.requests).toEqual([]);
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
  });

  it("AC-02 takes a doubled binding cookie for a planted one", async () => {
    const flow = createWorld().createFlow();
    const { authorizationUrl, url } = await goToProvider(flow);
    const opened = await flow.connect(new Request(url));
    const [cookie = ""] = opened.headers.get("set-cookie")?.split(";") ?? [];
    const callback = callbackFrom(new URL(opened.headers.get("location") ?? ""));
    const planted = `${cookie.split("=")[0]}=${"p".repeat(43)}; ${cookie}`;
    await expect(
      flow.finish(new Request(callback, { headers: { cookie: planted } })),
    ).rejects.toMatchObject({ failure: "invalid_state" });
    const finished = await flow.finish(new Request(callback, { headers: { cookie } }));
    expect(finished).toMatchObject({ status: "completed", scopes: ["calendar.read"] });
    expect(authorizationUrl.searchParams.get("state")).not.toBe(callback.searchParams.get("state"));
  });

  it("AC-01 refuses another user's browser before the code is exchanged", async () => {
    let signedIn = "alice";
    const { createFlow, credentials } = createWorld();
    const flow = createFlow({ verifyUser: (_request, { key }) => key.userId === signedIn });
    const { id, browser, authorizationUrl } = await goToProvider(flow);
    signedIn = "mallory";
    const response = await browser.get(callbackFrom(authorizationUrl));
    expect(response.status).toBe(403);
    expect(endpoints.requests).toEqual([]);
    expect(await credentials.getCredentials(key)).toBeUndefined();
    expect(await flow.waitForAuthorization(id)).toEqual({
      status: "denied",
      failure: "wrong_user",
    });
  });

  it("AC-01 takes nothing but true from a verifier", async () => {
    const flow = createWorld().createFlow({ verifyUser: (() => "alice") as never });
    const { url } = await flow.start(wish);
    expect((await new Browser(flow).get(url)).status).toBe(403);
  });

  it("AC-05 refuses an expired state by the store's clock, whatever ours says", async () => {
    const { time, createFlow } = createWorld();
    const dayMs = 24 * 60 * 60 * 1000;
    for (const offset of [-dayMs, dayMs]) {
      const flow = createFlow({ clock: { now: () => time.now() + offset } });
      const good = await goToProvider(flow);
      expect((await good.browser.get(callbackFrom(good.authorizationUrl))).status).toBe(200);
      const late = await goToProvider(flow);
      time.advance(600_000);
      const response = await late.browser.get(callbackFrom(late.authorizationUrl));
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("expired");
    }
    expect(endpoints.requests).toHaveLength(2);
  });

  it.each([
    ["wrong", { code: "the-code" }, "https://evil.example"],
    ["absent", { code: "the-code" }, undefined],
    [
      "wrong",
      { error: "access_denied", error_description: "call 555-0100-4711" },
      "https://evil.example",
    ],
    ["absent", { error: "server_error", error_description: "call 555-0100-4711" }, undefined],
  ])("AC-07 stops when iss is %s (%j)", async (_how, parameters, iss) => {
    const flow = createWorld().createFlow();
    const { id, browser, authorizationUrl } = await goToProvider(flow);
    const callback = callbackFrom(authorizationUrl, parameters, "");
    callback.searchParams.delete("iss");
    if (iss !== undefined) callback.searchParams.set("iss", iss);
    const response = await browser.get(callback);
    expect(response.status).toBe(400);
    const html = await response.text();
    expect(html).toContain("Stopped for your safety");
    expect(html).not.toContain("555-0100");
    expect(endpoints.requests).toEqual([]);
    expect(await flow.waitForAuthorization(id)).toEqual({
      status: "failed",
      failure: "issuer_mismatch",
    });
  });

  it("AC-08 never sends a code to another provider's token endpoint", async () => {
    const honest = exampleConfig();
    const attacker = exampleConfig({
      provider: "attacker",
      issuer: "https://evil.example",
      authUrl: "https://evil.example/authorize",
      tokenUrl: "https://evil.example/token",
      issParameterSupported: false,
      redirectUri: `${origin}/oauth2/callback/attacker`,
    });
    const flow = createWorld().createFlow({ configs: [honest, attacker] });
    // The attacker's server passes the browser on to the honest one, with our state for itself.
    const { browser, authorizationUrl } = await goToProvider(flow, {
      ...wish,
      provider: "attacker",
    });
    authorizationUrl.searchParams.set("redirect_uri", honest.redirectUri ?? "");
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(400);
    expect(endpoints.requests).toEqual([]);

    const own = await goToProvider(flow, { ...wish, provider: "attacker" });
    await own.browser.get(
      callbackFrom(own.authorizationUrl, { code: "c" }, "https://evil.example"),
    );
    expect(endpoints.requests).toMatchObject([{ host: "evil.example", code: "c" }]);
  });

  it("AC-10 an injected foreign code fails on PKCE and stores nothing", async () => {
    const { credentials, createFlow } = createWorld();
    const flow = createFlow();
    endpoints.answerWith(() => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }));
    const { browser, authorizationUrl, id } = await goToProvider(flow);
    await browser.get(callbackFrom(authorizationUrl, { code: "stolen-code" }));
    const [request] = endpoints.requests;
    expect(request?.["code_verifier"]).toMatch(/^[\w-]{43}$/);
    expect(await credentials.getCredentials(key)).toBeUndefined();
    expect(await flow.waitForAuthorization(id)).toMatchObject({ failure: "provider_error" });
  });

  it("AC-15 takes redirect_uri from the configuration, whatever host was asked", async () => {
    const { createFlow } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const callback = callbackFrom(authorizationUrl);
    callback.host = "evil.example";
    await browser.get(callback);
    expect(authorizationUrl.searchParams.get("redirect_uri")).toBe(`${origin}/oauth2/callback`);
    expect(endpoints.requests).toMatchObject([{ redirect_uri: `${origin}/oauth2/callback` }]);
  });

  it("AC-16 a HEAD request does not consume the state", async () => {
    const { createFlow } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const head = await browser.get(callbackFrom(authorizationUrl), { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(endpoints.requests).toEqual([]);
    const post = await browser.get(callbackFrom(authorizationUrl), { method: "POST" });
    expect(post.status).toBe(405);
    expect(post.headers.get("allow")).toBe("GET, HEAD");
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
  });

  it("answers other addresses with 404", async () => {
    const flow = createWorld().createFlow();
    for (const path of ["/", "/oauth2/connect/", "/oauth2/callback/other", "/OAUTH2/callback"]) {
      expect((await new Browser(flow).get(new URL(path, connectUrl))).status).toBe(404);
    }
  });

  it("finish refuses anything but GET", async () => {
    const flow = createWorld().createFlow();
    await expect(
      flow.finish(new Request(`${origin}/oauth2/callback`, { method: "HEAD" })),
    ).rejects.toMatchObject({ failure: "invalid_request" });
  });
});
