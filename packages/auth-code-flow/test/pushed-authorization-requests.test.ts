import { generateKeyPairSync } from "node:crypto";
import { importSPKI, jwtVerify } from "jose";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { Browser, callbackFrom } from "./browser.js";
import { serveTokenEndpoints } from "./token-endpoints.js";
import { createWorld, exampleConfig, origin, wish } from "./world.js";

const endpoints = serveTokenEndpoints();
const pushedAuthorizationUrl = "https://as.example/par";
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const clientPrivateKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Takes pushed requests; gives them, with how their client proved itself, oldest first. */
function servePushes(answer?: () => Response) {
  const pushed: (URLSearchParams & { authorization?: string | null })[] = [];
  endpoints.use(
    http.post(pushedAuthorizationUrl, async ({ request }) => {
      const form = new URLSearchParams(await request.text());
      pushed.push(
        Object.assign(form, { authorization: request.headers.get("authorization") ?? null }),
      );
      return (
        answer?.() ??
        HttpResponse.json(
          { request_uri: `urn:request:${pushed.length}`, expires_in: 60 },
          { status: 201 },
        )
      );
    }),
  );
  return pushed;
}

describe("a pushed authorization request", () => {
  it("AC-19 goes to the server, and the browser carries its name alone", async () => {
    const pushed = servePushes();
    const config = exampleConfig({
      pushedAuthorizationUrl,
      resources: ["https://a/", "https://b/"],
    });
    const flow = createWorld().createFlow({ configs: [config] });
    const { url } = await flow.start(wish);
    const authorizationUrl = await new Browser(flow).open(url);
    expect(Object.fromEntries(authorizationUrl.searchParams)).toEqual({
      client_id: "agent",
      request_uri: "urn:request:1",
    });
    const [request] = pushed;
    expect(request?.authorization).toMatch(/^Basic /);
    expect(Object.fromEntries(request ?? [])).toMatchObject({
      response_type: "code",
      redirect_uri: `${origin}/oauth2/callback`,
      scope: "calendar.read",
      code_challenge_method: "S256",
      state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
    });
    expect(request?.getAll("resource")).toEqual(["https://a/", "https://b/"]);
  });

  it("AC-19 that has expired is pushed anew by the same link, and the flow goes on", async () => {
    const pushed = servePushes();
    const world = createWorld();
    const flow = world.createFlow({ configs: [exampleConfig({ pushedAuthorizationUrl })] });
    const { id, url } = await flow.start(wish);
    const browser = new Browser(flow);
    expect((await browser.open(url)).searchParams.get("request_uri")).toBe("urn:request:1");
    world.time.advance(120_000);
    expect((await browser.open(url)).searchParams.get("request_uri")).toBe("urn:request:2");
    const [first, second] = pushed;
    expect(second?.get("state")).toBe(first?.get("state"));
    const asked = new URL("https://as.example/authorize");
    asked.search = String(second);
    expect((await browser.get(callbackFrom(asked))).status).toBe(200);
    expect(await flow.waitForAuthorization(id)).toEqual({ status: "completed" });
  });

  it.each<[string, () => Response]>([
    [
      "an error",
      () => HttpResponse.json({ error: "invalid_request", x: "canary" }, { status: 400 }),
    ],
    ["trouble", () => new HttpResponse("canary", { status: 503 })],
    ["no name", () => HttpResponse.json({ expires_in: 60 }, { status: 201 })],
    ["no answer", () => HttpResponse.error()],
  ])(
    "AC-19 that is not taken ends nothing: the link works again later (%s)",
    async (_name, answer) => {
      let isWell = false;
      servePushes(() =>
        isWell
          ? HttpResponse.json({ request_uri: "urn:request:x", expires_in: "60" }, { status: 201 })
          : answer(),
      );
      const world = createWorld();
      const flow = world.createFlow({ configs: [exampleConfig({ pushedAuthorizationUrl })] });
      const { url } = await flow.start(wish);
      const browser = new Browser(flow);
      const response = await browser.get(url);
      expect(response.status).toBe(502);
      expect(await response.text()).not.toContain("canary");
      expect(world.failures).toMatchObject([
        { step: "connect", error: { code: "token_request_failed" } },
      ]);
      isWell = true;
      expect((await browser.open(url)).searchParams.get("request_uri")).toBe("urn:request:x");
    },
  );

  it("AC-16 is not pushed for a HEAD request", async () => {
    const pushed = servePushes();
    const flow = createWorld().createFlow({ configs: [exampleConfig({ pushedAuthorizationUrl })] });
    const { url } = await flow.start(wish);
    await new Browser(flow).get(url, { method: "HEAD" });
    expect(pushed).toEqual([]);
  });
});

describe("a signed authorization request", () => {
  const config = exampleConfig({
    clientPrivateKey,
    clientKeyId: "key-1",
    signAuthorizationRequests: true,
    resources: ["https://a.example/"],
  });

  async function verify(request: string | null) {
    const key = await importSPKI(
      publicKey.export({ type: "spki", format: "pem" }).toString(),
      "ES256",
    );
    return jwtVerify(request ?? "", key, {
      issuer: "agent",
      audience: "https://as.example",
      typ: "oauth-authz-req+jwt",
      requiredClaims: ["exp", "jti"],
    });
  }

  it("says everything in a text that the client's key signed for this server (RFC 9101)", async () => {
    const flow = createWorld().createFlow({ configs: [config] });
    const { url } = await flow.start(wish);
    const { searchParams } = await new Browser(flow).open(url);
    expect([...searchParams.keys()].sort()).toEqual(["client_id", "request"]);
    const { payload, protectedHeader } = await verify(searchParams.get("request"));
    expect(protectedHeader).toMatchObject({ alg: "ES256", kid: "key-1" });
    expect(payload).toMatchObject({
      client_id: "agent",
      response_type: "code",
      redirect_uri: `${origin}/oauth2/callback`,
      scope: "calendar.read",
      code_challenge_method: "S256",
      resource: "https://a.example/",
      state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
    });
  });

  it("AC-19 is pushed where the server takes that", async () => {
    const pushed = servePushes();
    const flow = createWorld().createFlow({ configs: [{ ...config, pushedAuthorizationUrl }] });
    const { url } = await flow.start(wish);
    const { searchParams } = await new Browser(flow).open(url);
    expect([...searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    const [request] = pushed;
    expect([...(request?.keys() ?? [])].sort()).toEqual(["client_id", "request"]);
    expect((await verify(request?.get("request") ?? "")).payload["scope"]).toBe("calendar.read");
  });

  it.each([
    ["a key", { clientPrivateKey: undefined }, /clientPrivateKey is missing and signAuth/],
    ["an issuer", { clientPrivateKey, issuer: undefined }, /issuer is missing and signAuth/],
  ])("EV-02 needs %s", (_what, missing, message) => {
    expect(() => exampleConfig({ ...missing, signAuthorizationRequests: true })).toThrow(message);
  });
});
