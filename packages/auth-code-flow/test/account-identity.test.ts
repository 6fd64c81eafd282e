import { inspect } from "node:util";
import type { OAuth2ConfigInput } from "@rak-oauth/core";
import { decodeJwt } from "jose";
import { HttpResponse, http } from "msw";
import { describe, expect, it, vi } from "vitest";
import { callbackFrom, goToProvider } from "./browser.js";
import { createIdToken } from "./id-token.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { createWorld, exampleConfig, type World, wish } from "./world.js";

const endpoints = serveTokenEndpoints();
const key = { ...wish, tenantId: undefined, account: undefined };
const userinfoUrl = "https://as.example/userinfo";

/** Answers the UserInfo endpoint, and notes with which tokens it was asked. */
function serveUserinfo(answer: () => Response | Promise<Response>): string[] {
  const asked: string[] = [];
  endpoints.use(
    http.get(userinfoUrl, ({ request }) => {
      asked.push(request.headers.get("authorization") ?? "");
      return answer();
    }),
  );
  return asked;
}

interface Connected extends World {
  readonly html: string;
}

/** Lets alice connect an account at a server that gives these claims in its ID token. */
async function connect(
  overrides: Partial<OAuth2ConfigInput> = {},
  idTokenClaims?: Readonly<Record<string, unknown>>,
): Promise<Connected> {
  const world = createWorld();
  const flow = world.createFlow({ configs: [exampleConfig({ userinfoUrl, ...overrides })] });
  const { browser, authorizationUrl } = await goToProvider(flow);
  const nonce = authorizationUrl.searchParams.get("nonce");
  endpoints.answerWith(() =>
    HttpResponse.json({
      access_token: "canary-access-token",
      refresh_token: "canary-refresh-token",
      token_type: "Bearer",
      ...(idTokenClaims && { id_token: createIdToken(nonce, idTokenClaims) }),
    }),
  );
  const response = await browser.get(callbackFrom(authorizationUrl));
  expect(response.status).toBe(200);
  return { ...world, html: await response.text() };
}

describe("the connected account", () => {
  it("is known by the UserInfo endpoint where there is no ID token", async () => {
    const asked = serveUserinfo(() =>
      HttpResponse.json({
        sub: "42",
        email: "alice@example.com",
        email_verified: true,
        name: "Alice",
      }),
    );
    const { html, credentials } = await connect();
    expect(html).toContain("alice@example.com");
    expect(asked).toEqual(["Bearer canary-access-token"]);
    const stored = await credentials.getCredentials(key);
    expect(stored?.account).toEqual({
      subject: "42",
      email: "alice@example.com",
      emailVerified: true,
      name: "Alice",
    });
    expect(stored?.refreshToken?.secret()).toBe("canary-refresh-token");
    expect((await credentials.listConnections(wish))[0]?.account?.email).toBe("alice@example.com");
  });

  it("gets name and e-mail where the ID token leaves them out, of the same subject only", async () => {
    const scopes = ["openid", "email"];
    serveUserinfo(() => HttpResponse.json({ sub: "home", email: "home@example.com" }));
    const { credentials } = await connect({ scopes }, {});
    expect((await credentials.getCredentials(key))?.account?.email).toBe("home@example.com");

    serveUserinfo(() => HttpResponse.json({ sub: "mallory", email: "mallory@example.com" }));
    const other = await connect({ scopes }, {});
    expect((await other.credentials.getCredentials(key))?.account).toMatchObject({
      subject: "home",
    });
    expect(other.html).not.toContain("mallory");
    expect(other.failures).toHaveLength(1);
  });

  it("TR-11 is asked for with a proof where the token is bound to a key", async () => {
    const world = createWorld();
    const flow = world.createFlow({ configs: [exampleConfig({ userinfoUrl, useDpop: true })] });
    let proof = "";
    endpoints.use(
      http.get(userinfoUrl, ({ request }) => {
        proof = request.headers.get("dpop") ?? "";
        const isBound = request.headers.get("authorization") === "DPoP canary-bound-token";
        return isBound ? HttpResponse.json({ sub: "42" }) : new HttpResponse(null, { status: 401 });
      }),
    );
    endpoints.answerWith(() =>
      HttpResponse.json({ access_token: "canary-bound-token", token_type: "DPoP" }),
    );
    const { browser, authorizationUrl } = await goToProvider(flow);
    await browser.get(callbackFrom(authorizationUrl));
    expect(world.failures).toEqual([]);
    expect((await world.credentials.getCredentials(key))?.account?.subject).toBe("42");
    expect(decodeJwt(proof)).toMatchObject({ htm: "GET", htu: userinfoUrl });
  });

  it.each([
    ["says who it is when it gets it", true, "42"],
    ["is not asked a third time when it wants another one", false, undefined],
  ])(
    "TR-11 a UserInfo endpoint that wants its nonce in the proof %s",
    async (_what, isContent, subject) => {
      const world = createWorld();
      const flow = world.createFlow({ configs: [exampleConfig({ userinfoUrl, useDpop: true })] });
      const nonces: unknown[] = [];
      endpoints.use(
        http.get(userinfoUrl, ({ request }) => {
          nonces.push(decodeJwt(request.headers.get("dpop") ?? "")["nonce"]);
          if (isContent && nonces.length === 2) return HttpResponse.json({ sub: "42" });
          const headers = {
            "www-authenticate": 'DPoP error="use_dpop_nonce"',
            "dpop-nonce": `nonce-${nonces.length}`,
          };
          return new HttpResponse(null, { status: 401, headers });
        }),
      );
      endpoints.answerWith(() =>
        HttpResponse.json({ access_token: "canary-bound-token", token_type: "DPoP" }),
      );
      const { browser, authorizationUrl } = await goToProvider(flow);
      await browser.get(callbackFrom(authorizationUrl));
      expect(nonces).toEqual([undefined, "nonce-1"]);
      expect((await world.credentials.getCredentials(key))?.account?.subject).toBe(subject);
      expect(world.failures).toHaveLength(isContent ? 0 : 1);
    },
  );

  it("is not asked for twice where the ID token says it all, or nothing more was asked for", async () => {
    const asked = serveUserinfo(() => HttpResponse.json({ sub: "home" }));
    await connect({ scopes: ["openid", "email"] }, { email: "home@example.com" });
    await connect({ scopes: ["openid"] }, {});
    expect(asked).toEqual([]);
  });

  it("is known by the profile of a provider that does not speak OpenID Connect", async () => {
    serveUserinfo(() => HttpResponse.json({ id: 583231, login: "octocat", email: null }));
    const { html, credentials } = await connect({
      quirks: { userinfoClaims: { subject: "id", email: "email", name: "login" } },
    });
    expect(html).toContain("octocat");
    expect((await credentials.getCredentials(key))?.account).toMatchObject({
      subject: "583231",
      name: "octocat",
    });
  });

  it("is asked for as the provider's API wants it, and found deep in the answer", async () => {
    const requests: Request[] = [];
    endpoints.use(
      http.post(userinfoUrl, ({ request }) => {
        requests.push(request.clone());
        return HttpResponse.json({ data: { viewer: { id: "u1", email: "home@example.com" } } });
      }),
    );
    const { credentials } = await connect({
      quirks: {
        userinfoClaims: { subject: "data.viewer.id", email: "data.viewer.email", name: "data.x.y" },
        userinfoRequest: {
          method: "POST",
          headers: { "api-version": "2" },
          body: '{"query":"{ viewer { id email } }"}',
        },
      },
    });
    expect((await credentials.getCredentials(key))?.account).toEqual({
      subject: "u1",
      email: "home@example.com",
    });
    const [request] = requests;
    expect(request?.headers.get("authorization")).toBe("Bearer canary-access-token");
    expect(request?.headers.get("api-version")).toBe("2");
    expect(await request?.json()).toEqual({ query: "{ viewer { id email } }" });
  });

  it.each<[string, () => Response]>([
    ["an error", () => new HttpResponse("canary-body", { status: 500 })],
    ["no JSON", () => new HttpResponse("<html>canary-body")],
    ["no subject", () => HttpResponse.json({ email: "canary-body" })],
    ["a redirect", () => HttpResponse.redirect("https://evil.example/", 302)],
    ["a huge answer", () => HttpResponse.json({ sub: "1", x: "x".repeat(100_000) })],
    ["no answer", () => HttpResponse.error()],
  ])("TR-09 costs no token when it cannot be had: %s", async (_name, answer) => {
    serveUserinfo(answer);
    const { html, credentials, failures } = await connect();
    expect(html).toContain("Example Calendar connected");
    const stored = await credentials.getCredentials(key);
    expect(stored?.refreshToken?.secret()).toBe("canary-refresh-token");
    expect(stored?.account).toBeUndefined();
    expect(failures).toMatchObject([{ step: "callback", error: { failure: "provider_error" } }]);
    expect(inspect(failures, { depth: 10 })).not.toContain("canary");
  });

  it("TR-09 is asked for when the tokens are stored already", async () => {
    const world = createWorld();
    const flow = world.createFlow({ configs: [exampleConfig({ userinfoUrl })] });
    let stored: unknown;
    serveUserinfo(async () => {
      stored = await world.credentials.getCredentials(key);
      return HttpResponse.json({ sub: "42" });
    });
    const { browser, authorizationUrl } = await goToProvider(flow);
    await browser.get(callbackFrom(authorizationUrl));
    expect(stored).toBeDefined();
  });

  it("TR-09 stays unknown when it cannot be written, and the connection works", async () => {
    serveUserinfo(() => HttpResponse.json({ sub: "42" }));
    const world = createWorld();
    vi.spyOn(world.credentials, "setAccount").mockRejectedValue(new Error("away"));
    const flow = world.createFlow({ configs: [exampleConfig({ userinfoUrl })] });
    const { browser, authorizationUrl } = await goToProvider(flow);
    expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(200);
    expect(await world.credentials.getCredentials(key)).toBeDefined();
    expect(world.failures).toHaveLength(1);
  });
});
