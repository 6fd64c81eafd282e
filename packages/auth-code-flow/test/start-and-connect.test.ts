import { createHash } from "node:crypto";
import { MissingUserIdError } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { Browser } from "./browser.js";
import { connectUrl, createWorld, exampleConfig, wish } from "./world.js";

describe("start", () => {
  it("gives a link of our own that holds an unguessable handle and nothing else", async () => {
    const { time, createFlow } = createWorld();
    const started = await createFlow().start({ ...wish, scopes: ["calendar.write"] });
    expect(started.id).toMatch(/^[\w-]{43}$/);
    expect(started.url).toBe(`${connectUrl}?request=${started.id}`);
    expect(started).toMatchObject({
      provider: "example",
      scopes: ["calendar.read", "calendar.write"],
      expiresAt: new Date(time.now() + 600_000),
    });
  });

  it("AC-04 stores the state as a hash, and everything else sealed", async () => {
    const { store, createFlow } = createWorld();
    const flow = createFlow();
    const { id, url } = await flow.start({ ...wish, scopes: ["openid"] });
    const authorizationUrl = await new Browser(flow).open(url);
    const [state = ""] = authorizationUrl.searchParams.get("state")?.split(".") ?? [];
    expect(Buffer.from(state, "base64url")).toHaveLength(32);
    const record = await store.read(id);
    expect(record?.stateHash).toBe(createHash("sha256").update(state).digest("base64url"));
    const sealed = Buffer.from(record?.sealed ?? []).toString("latin1");
    expect(sealed).not.toContain(state);
    expect(sealed).not.toContain(authorizationUrl.searchParams.get("nonce"));
  });

  it("shares one flow among equal wishes of one user, and only among those", async () => {
    const { time, createFlow } = createWorld();
    const flow = createFlow();
    const equal = await Promise.all(
      Array.from({ length: 10 }, () => flow.start({ ...wish, scopes: ["a", "b"] })),
    );
    equal.push(await flow.start({ ...wish, scopes: ["b", "a"] }));
    expect(new Set(equal.map(({ id }) => id)).size).toBe(1);
    expect(new Set(equal.map(({ url }) => url)).size).toBe(1);
    const other = await Promise.all([
      flow.start(wish),
      flow.start({ ...wish, userId: "bob", scopes: ["a", "b"] }),
      flow.start({ ...wish, tenantId: "acme", scopes: ["a", "b"] }),
      flow.start({ ...wish, account: "work", scopes: ["a", "b"] }),
    ]);
    expect(new Set([...equal, ...other].map(({ id }) => id)).size).toBe(5);
    time.advance(301_000);
    const late = await flow.start({ ...wish, scopes: ["a", "b"] });
    expect(late.id).not.toBe(equal[0]?.id);
  });

  it("refuses a wish without a user, of an unknown provider, or with a broken key", async () => {
    const flow = createWorld().createFlow();
    await expect(flow.start({ provider: "example" } as never)).rejects.toThrow(MissingUserIdError);
    await expect(flow.start({ ...wish, provider: "nowhere" })).rejects.toThrow(
      /no provider "nowhere".*there is: example/,
    );
    await expect(flow.start({ ...wish, userId: "" })).rejects.toThrow(/userId is empty/);
  });

  it.each([
    "//evil.example/",
    "/\\evil.example",
    "/settings",
    "https:app.example@evil.example/",
    "https://app.example.evil.example/",
    "https://app.example@evil.example/",
    "https://app.example:444/",
    "http://app.example/",
    "https://user:password@app.example/",
    "https://evil.example/https://app.example/",
    "ht\ttps://evil.example/",
    "https://evil.example\\@app.example/",
    "https:%2f%2fapp.example",
    "javascript:alert(1)//https://app.example",
    "data:text/html,x",
  ])("AC-11 refuses to return to %j", async (returnTo) => {
    const flow = createWorld().createFlow({ returnToOrigins: ["https://app.example"] });
    await expect(flow.start({ ...wish, returnTo })).rejects.toMatchObject({
      failure: "invalid_request",
    });
  });

  it.each([
    ["https://app.example/done?x=1#y", "https://app.example/done?x=1#y"],
    ["HTTPS://APP.example:443\\done", "https://app.example/done"],
    ["ht\ttps://app.ex\nample/done", "https://app.example/done"],
  ])("AC-11 keeps %j as the browser will understand it", async (returnTo, understood) => {
    const returnToOrigins = ["https://app.example"];
    let seen: string | undefined;
    const flow = createWorld().createFlow({
      returnToOrigins,
      verifyUser: (_request, pending) => {
        seen = pending.returnTo;
        return true;
      },
    });
    const { url } = await flow.start({ ...wish, returnTo });
    await new Browser(flow).open(url);
    expect(seen).toBe(understood);
  });
});

describe("connect", () => {
  it("AC-09 sends the browser to the provider with state, PKCE S256 and what the preset adds", async () => {
    const config = exampleConfig({
      authUrl: "https://as.example/authorize?tenant=1",
      quirks: {
        scopeSeparator: ",",
        authorizationParameters: { access_type: "offline", state: "x", redirect_uri: "https://e/" },
      },
    });
    const flow = createWorld().createFlow({ configs: [config] });
    const { url } = await flow.start({ ...wish, scopes: ["openid"] });
    const { origin, pathname, searchParams } = await new Browser(flow).open(url);
    expect(origin + pathname).toBe("https://as.example/authorize");
    expect(Object.fromEntries(searchParams)).toEqual({
      tenant: "1",
      access_type: "offline",
      response_type: "code",
      client_id: "agent",
      redirect_uri: config.redirectUri,
      scope: "calendar.read,openid",
      state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(searchParams.getAll("state")).toHaveLength(1);
  });

  it("names and separates scopes as the provider wants, and writes a space as %20", async () => {
    const quirks = { scopeParameter: "user_scope" };
    const flow = createWorld().createFlow({ configs: [exampleConfig({ quirks })] });
    const { url } = await flow.start({ ...wish, scopes: ["mail.read"] });
    const { search } = await new Browser(flow).open(url);
    expect(search).toContain("&user_scope=calendar.read%20mail.read&");
    expect(search).not.toContain("&scope=");
  });

  it("AC-18 names every resource of the configuration", async () => {
    const resources = ["https://api.example/a", "https://api.example/b"];
    const flow = createWorld().createFlow({ configs: [exampleConfig({ resources })] });
    const { url } = await flow.start(wish);
    const { searchParams } = await new Browser(flow).open(url);
    expect(searchParams.getAll("resource")).toEqual(resources);
  });

  it("AC-09 leaves PKCE out only where the configuration says so", async () => {
    const flow = createWorld().createFlow({ configs: [exampleConfig({ usePkce: false })] });
    const { url } = await flow.start(wish);
    const { searchParams } = await new Browser(flow).open(url);
    expect(searchParams.has("code_challenge")).toBe(false);
    expect(searchParams.has("nonce")).toBe(false);
  });

  it("binds the browser by a cookie that no other site and no script can touch", async () => {
    const flow = createWorld().createFlow();
    const { url } = await flow.start(wish);
    const response = await new Browser(flow).get(url);
    expect(response.status).toBe(303);
    expect(response.headers.get("set-cookie")).toMatch(
      /^__Host-rak-oauth-[\w-]{22}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("uses a plain cookie on loopback, where there is no https", async () => {
    const flow = createWorld().createFlow({
      connectUrl: "http://127.0.0.1:3000/connect",
      configs: [exampleConfig({ redirectUri: "http://127.0.0.1:3000/callback" })],
    });
    const { url } = await flow.start(wish);
    const response = await new Browser(flow).get(url);
    expect(response.headers.get("set-cookie")).toMatch(
      /^rak-oauth-[\w-]{22}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
  });

  it("keeps the binding when the same browser opens the link again", async () => {
    const flow = createWorld().createFlow();
    const { url } = await flow.start(wish);
    const browser = new Browser(flow);
    const first = await browser.open(url);
    expect((await browser.open(url)).href).toBe(first.href);
    expect((await new Browser(flow).open(url)).href).not.toBe(first.href);
  });

  it("AC-16 answers HEAD without a cookie and without a redirect", async () => {
    const flow = createWorld().createFlow();
    const { url } = await flow.start(wish);
    const response = await new Browser(flow).get(url, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.has("location")).toBe(false);
  });

  it("AC-01 sends nobody to the provider whom the application does not know as the user", async () => {
    const asked: string[] = [];
    const flow = createWorld().createFlow({
      verifyUser: (request, pending) => {
        asked.push(pending.key.userId ?? "");
        return request.headers.get("cookie")?.includes(`session=${pending.key.userId}`) ?? false;
      },
    });
    const { url } = await flow.start(wish);
    const bob = new Browser(flow);
    bob.setCookie("session", "bob");
    const refused = await bob.get(url);
    expect(refused.status).toBe(403);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refused.text()).not.toContain("Example Calendar");
    const alice = new Browser(flow);
    alice.setCookie("session", "alice");
    expect((await alice.open(url)).host).toBe("as.example");
    expect(asked).toEqual(["alice", "alice"]);
  });

  it("AC-05 shows that a link has expired", async () => {
    const { time, createFlow } = createWorld();
    const flow = createFlow();
    const { url } = await flow.start(wish);
    time.advance(600_000);
    const response = await new Browser(flow).get(url);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("This link has expired");
  });

  it.each(["", "?request=", "?request=short", `?request=${"a".repeat(44)}`, "?other=1"])(
    "answers a damaged link (%j) with 400",
    async (query) => {
      const flow = createWorld().createFlow();
      expect((await new Browser(flow).get(`${connectUrl}${query}`)).status).toBe(400);
    },
  );

  it("answers a link that holds two handles with 400", async () => {
    const flow = createWorld().createFlow();
    const { url, id } = await flow.start(wish);
    expect((await new Browser(flow).get(`${url}&request=${id}`)).status).toBe(400);
  });

  it("does not open a record that was moved to another handle or another user", async () => {
    const { store, createFlow, failures } = createWorld();
    const flow = createFlow();
    const { id } = await flow.start(wish);
    const record = await store.read(id);
    if (!record) throw new Error("The flow is gone.");
    const moved = { ...record, id: "m".repeat(43), stateHash: "other", joinKey: "other" };
    await store.open(moved, { ttlMs: 600_000, joinIfRemainingMs: 0 });
    const response = await new Browser(flow).get(`${connectUrl}?request=${moved.id}`);
    expect(response.status).toBe(500);
    expect(failures).toMatchObject([{ step: "connect", error: { code: "sealing_failed" } }]);
  });
});
