import { inspect } from "node:util";
import { AccessToken, OAuth2Error, StoreUnavailableError } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import { callbackFrom, goToProvider } from "./browser.js";
import { createIdToken } from "./id-token.js";
import { serveRevocation } from "./revocation.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { connectUrl, createWorld, exampleConfig, wish } from "./world.js";

const endpoints = serveTokenEndpoints();
const key = { ...wish, tenantId: undefined, account: undefined };

describe("callback", () => {
  it("stores the credential, tells who waits, and shows that it is done", async () => {
    const { credentials, createFlow, failures } = createWorld();
    const flow = createFlow();
    const { id, browser, authorizationUrl } = await goToProvider(flow);
    const waiting = flow.waitForAuthorization(id);
    const response = await browser.get(callbackFrom(authorizationUrl));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Example Calendar connected");
    expect(await waiting).toEqual({ status: "completed" });
    const stored = await credentials.getCredentials(key);
    expect(stored?.accessToken.secret()).toBe("the-access-token");
    expect(stored?.refreshToken?.secret()).toBe("the-refresh-token");
    expect(endpoints.requests).toMatchObject([
      { grant_type: "authorization_code", code: "the-code", host: "as.example" },
    ]);
    expect(failures).toEqual([]);
  });

  it("closes the window by a script of its own on the last page, which loads no other", async () => {
    const { browser, authorizationUrl } = await goToProvider(createWorld().createFlow());
    const finished = await browser.get(callbackFrom(authorizationUrl));
    expect(finished.headers.get("content-security-policy")).toContain("; script-src 'self'; ");
    const html = await finished.text();
    const [, address = ""] = /<script src="([^"]+)" defer><\/script>/.exec(html) ?? [];
    expect(html.match(/<script/g)).toHaveLength(1);
    const script = await browser.get(new URL(address, connectUrl));
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await script.text()).toContain("window.close()");
  });

  it("leaves a page with a way back to its reader", async () => {
    const flow = createWorld().createFlow({ returnToOrigins: ["https://app.example"] });
    const { browser, authorizationUrl, url } = await goToProvider(flow, {
      ...wish,
      returnTo: "https://app.example/",
    });
    await browser.get(callbackFrom(authorizationUrl));
    const again = await browser.get(url);
    const html = await again.text();
    expect(html).toContain('href="https://app.example/"');
    expect(html).not.toContain("<script");
    expect(again.headers.get("content-security-policy")).not.toContain("script-src");
  });

  it("AC-06 answers the same callback again with the first result and no exchange", async () => {
    const { credentials, createFlow } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    await browser.get(callbackFrom(authorizationUrl));
    const before = await credentials.read(key);
    const again = await browser.get(callbackFrom(authorizationUrl, { code: "another-code" }));
    expect(again.status).toBe(200);
    expect(endpoints.requests).toHaveLength(1);
    expect((await credentials.read(key))?.fingerprint).toBe(before?.fingerprint);
  });

  it("AC-06 does not exchange the code of a failed flow again", async () => {
    const { createFlow } = createWorld();
    endpoints.answerWith(() => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }));
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const first = await browser.get(callbackFrom(authorizationUrl));
    const second = await browser.get(callbackFrom(authorizationUrl));
    expect([first.status, second.status]).toEqual([502, 502]);
    expect(endpoints.requests).toHaveLength(1);
  });

  it("TR-09 does not lose tokens whose code is spent to a store that is away for a moment", async () => {
    const { credentials, createFlow, time } = createWorld();
    const away = new StoreUnavailableError("The store is away.");
    const stored = vi.spyOn(credentials, "storeCredentials");
    stored.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const answered = browser.get(callbackFrom(authorizationUrl));
    for (const attempts of [1, 2]) {
      await vi.waitFor(
        () => {
          expect(stored).toHaveBeenCalledTimes(attempts);
          expect(time.delaysMs).toHaveLength(1);
        },
        { timeout: 20_000 },
      );
      time.advance(time.delaysMs[0] ?? 0);
    }
    expect((await answered).status).toBe(200);
    expect((await credentials.getCredentials(key))?.accessToken.secret()).toBe("the-access-token");
    expect(endpoints.requests).toHaveLength(1);
  });

  it("revokes tokens that the store refuses, and tells the person and who waits", async () => {
    const revoked = serveRevocation(endpoints);
    const { credentialStore, createFlow, failures } = createWorld();
    const broken = new OAuth2Error("store_misconfigured", "The store refuses to write.");
    credentialStore.put = () => Promise.reject(broken);
    const revocationUrl = "https://as.example/revoke";
    const flow = createFlow({ configs: [exampleConfig({ revocationUrl })] });
    const { id, browser, authorizationUrl } = await goToProvider(flow);
    const waiting = flow.waitForAuthorization(id);
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(500);
    expect(await waiting).toEqual({ status: "failed", failure: "server_error" });
    expect(revoked).toEqual(["refresh_token the-refresh-token", "access_token the-access-token"]);
    expect(failures.map(({ error }) => error)).toEqual([broken]);
  });

  it.each([
    ["two states", (url: URL) => url.searchParams.append("state", "x")],
    ["two codes", (url: URL) => url.searchParams.append("code", "x")],
    ["two issuers", (url: URL) => url.searchParams.append("iss", "x")],
    ["a code and an error", (url: URL) => url.searchParams.append("error", "x")],
    ["no code", (url: URL) => url.searchParams.delete("code")],
    ["an empty code", (url: URL) => url.searchParams.set("code", "")],
    ["no state", (url: URL) => url.searchParams.delete("state")],
    [
      "an array of codes",
      (url: URL) => {
        url.searchParams.delete("code");
        url.searchParams.append("code[]", "x");
      },
    ],
    ["a query of 1 MB", (url: URL) => url.searchParams.append("x", "y".repeat(1_000_000))],
  ])("AC-14 answers %s with 400 and leaves the flow alone", async (_what, damage) => {
    const { createFlow } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const damaged = callbackFrom(authorizationUrl);
    damage(damaged);
    expect((await browser.get(damaged)).status).toBe(400);
    expect(endpoints.requests).toEqual([]);
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
  });

  it("AC-20 tells the waiting agent at once that the user denied", async () => {
    const { createFlow } = createWorld();
    const flow = createFlow();
    const { id, browser, authorizationUrl } = await goToProvider(flow);
    const waiting = flow.waitForAuthorization(id);
    const response = await browser.get(callbackFrom(authorizationUrl, { error: "access_denied" }));
    expect(await waiting).toEqual({ status: "denied", failure: "access_denied" });
    expect(await response.text()).toContain("Nothing was connected or shared.");
    expect(endpoints.requests).toEqual([]);
  });

  it("AC-21 shows that another account was connected before", async () => {
    const { credentials, createFlow } = createWorld();
    const accessToken = new AccessToken("older");
    const account = { subject: "work", email: "work@example.com" };
    await credentials.storeCredentials(key, { accessToken, account });
    const flow = createFlow({
      configs: [exampleConfig({ scopes: ["openid"] })],
      returnToOrigins: ["https://app.example"],
    });
    const returnTo = "https://app.example/done";
    const { browser, authorizationUrl } = await goToProvider(flow, { ...wish, returnTo });
    endpoints.answerWith(() =>
      HttpResponse.json({
        access_token: "newer",
        token_type: "Bearer",
        id_token: createIdToken(authorizationUrl.searchParams.get("nonce")),
      }),
    );
    const html = await (await browser.get(callbackFrom(authorizationUrl))).text();
    expect(html).toContain("home@example.com");
    expect(html).toContain("This replaces <bdi>work@example.com</bdi>");
    expect(html).toContain('href="https://app.example/done"');
  });

  it("TR-09 stores the tokens also when it cannot be read who was connected before", async () => {
    const { credentials, credentialStore, createFlow, failures } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow(), wish);
    const read = credentialStore.read.bind(credentialStore);
    credentialStore.read = async () => {
      credentialStore.read = read;
      throw new StoreUnavailableError("The store is away.");
    };
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
    expect(await credentials.getCredentials(key)).toBeDefined();
    expect(failures.map(({ step }) => step)).toEqual(["callback"]);
  });

  it("AC-11 goes back to where the user came from", async () => {
    const flow = createWorld().createFlow({ returnToOrigins: ["https://app.example"] });
    const returnTo = "https://app.example/done";
    const { browser, authorizationUrl } = await goToProvider(flow, { ...wish, returnTo });
    const response = await browser.get(callbackFrom(authorizationUrl));
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(returnTo);
  });

  it("AC-12 escapes what the provider says", async () => {
    const { createFlow, failures } = createWorld();
    const { browser, authorizationUrl } = await goToProvider(createFlow());
    const response = await browser.get(
      callbackFrom(authorizationUrl, {
        error: "invalid_scope",
        error_description: "<script>alert(1)</script> & 'more'\u202e",
      }),
    );
    expect(response.status).toBe(502);
    const html = await response.text();
    expect(html).not.toContain("<script");
    expect(html).toContain(
      "invalid_scope: &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;more&#39;",
    );
    expect(html).not.toContain("\u202e");
    expect(failures).toMatchObject([{ step: "callback", pending: { key: { userId: "alice" } } }]);
  });

  it("EV-01 keeps tokens, codes and states out of pages and failures", async () => {
    const { createFlow, failures } = createWorld();
    const flow = createFlow();
    endpoints.answerWith(() =>
      HttpResponse.json(
        { error: "invalid_client", error_description: "canary-of-body" },
        { status: 401 },
      ),
    );
    const { browser, authorizationUrl } = await goToProvider(flow);
    const response = await browser.get(callbackFrom(authorizationUrl, { code: "canary-code" }));
    const seen = `${await response.text()}${inspect(failures, { depth: 10 })}`;
    for (const secret of ["canary", "agent-secret", authorizationUrl.searchParams.get("state")]) {
      expect(seen).not.toContain(secret);
    }
  });

  it("a user who comes back to a completed link sees that it is done", async () => {
    const flow = createWorld().createFlow();
    const { url, browser, authorizationUrl } = await goToProvider(flow);
    await browser.get(callbackFrom(authorizationUrl));
    const response = await browser.get(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("connected");
  });
});
