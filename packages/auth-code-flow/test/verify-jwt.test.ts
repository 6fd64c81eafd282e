import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type VerifyJwtOptions, verifyJwt } from "../src/index.js";
import { pendingOf } from "./pending-of.js";

const issuer = "https://idp.example/";
const jwksUrl = "https://idp.example/jwks";
const cookieName = "id_token";
const settings: VerifyJwtOptions = { issuer, audience: "agent", jwksUrl, cookieName };

type Key = Awaited<ReturnType<typeof generateKeyPair>>;
let key: Key;
let otherKey: Key;
let fetches: number;
let keySet: () => Promise<Response> | Response;
const server = setupServer(
  http.get(jwksUrl, () => {
    fetches += 1;
    return keySet();
  }),
  http.get("https://idp.example/.well-known/openid-configuration", () => {
    fetches += 1;
    return HttpResponse.json({ issuer, jwks_uri: jwksUrl });
  }),
);

beforeAll(async () => {
  server.listen({ onUnhandledRequest: "error" });
  [key, otherKey] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
});
beforeEach(() => {
  fetches = 0;
  keySet = async () =>
    HttpResponse.json({ keys: [{ ...(await exportJWK(key.publicKey)), kid: "1", alg: "ES256" }] });
});
afterEach(() => {
  server.resetHandlers();
  vi.useRealTimers();
});
afterAll(() => server.close());

interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  readonly signedBy?: Key;
}

async function token({ claims = {}, kid = "1", signedBy = key }: TokenOptions = {}) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: issuer,
    aud: "agent",
    sub: "alice",
    iat: now,
    exp: now + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", kid })
    .sign(signedBy.privateKey);
}

function withCookie(value: string): Request {
  return new Request("https://agent.example/", { headers: { cookie: `${cookieName}=${value}` } });
}

async function knowsAlice(
  request: Request,
  options: Partial<VerifyJwtOptions> = {},
  user: { readonly tenantId?: string; readonly userId: string } = { userId: "alice" },
): Promise<boolean> {
  return verifyJwt({ ...settings, ...options })(request, pendingOf(user));
}

describe("verifyJwt", () => {
  it("AC-02 knows the user by a token of the identity provider", async () => {
    const verify = verifyJwt(settings);
    const request = withCookie(await token());
    expect(await verify(request, pendingOf({ userId: "alice" }))).toBe(true);
    expect(await verify(request, pendingOf({ userId: "bob" }))).toBe(false);
    expect(await verify(request, pendingOf({ tenantId: "acme", userId: "alice" }))).toBe(false);
    expect(fetches).toBe(1);
  });

  const past = Math.floor(Date.now() / 1000) - 3600;
  it.each<[string, TokenOptions]>([
    ["another issuer", { claims: { iss: "https://evil.example/" } }],
    ["another audience", { claims: { aud: "other" } }],
    ["no audience", { claims: { aud: undefined } }],
    ["an expired one", { claims: { exp: past } }],
    ["one without an end", { claims: { exp: undefined } }],
    ["one for later", { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } }],
    ["no subject", { claims: { sub: undefined } }],
    ["a subject that is no text", { claims: { sub: 7 } }],
  ])("AC-02 refuses a token with %s", async (_name, options) => {
    expect(await knowsAlice(withCookie(await token(options)))).toBe(false);
  });

  it("AC-02 refuses a token of another key, an unsigned one, and one signed with the public key", async () => {
    expect(await knowsAlice(withCookie(await token({ signedBy: otherKey })))).toBe(false);
    const [, claims] = (await token()).split(".");
    const header = (alg: string) =>
      Buffer.from(JSON.stringify({ alg, kid: "1" })).toString("base64url");
    expect(await knowsAlice(withCookie(`${header("none")}.${claims}.`))).toBe(false);
    const confused = await new SignJWT({
      iss: issuer,
      aud: "agent",
      sub: "alice",
      exp: past + 7200,
    })
      .setProtectedHeader({ alg: "HS256", kid: "1" })
      .sign(Buffer.from(await exportSPKI(key.publicKey)));
    expect(await knowsAlice(withCookie(confused))).toBe(false);
  });

  it.each(["", "no.token", "a".repeat(100_000), '"'])(
    "AC-02 takes %j for nobody",
    async (value) => {
      expect(await knowsAlice(withCookie(value.slice(0, 50_000)))).toBe(false);
      expect(fetches).toBe(0);
    },
  );

  it("finds the token in a header, or where the application says", async () => {
    const value = await token();
    const inHeader = (name: string, text: string) =>
      new Request("https://agent.example/", { headers: { [name]: text } });
    const header = { cookieName: undefined, header: "authorization" };
    expect(await knowsAlice(inHeader("authorization", `Bearer ${value}`), header)).toBe(true);
    const proxy = { cookieName: undefined, header: "Cf-Access-Jwt-Assertion" };
    expect(await knowsAlice(inHeader("cf-access-jwt-assertion", value), proxy)).toBe(true);
    const tokenOf = (request: Request) => request.headers.get("x")?.slice(1);
    expect(await knowsAlice(inHeader("x", `_${value}`), { cookieName: undefined, tokenOf })).toBe(
      true,
    );
    expect(await knowsAlice(withCookie(value), header)).toBe(false);
  });

  it("reads user and tenant from the claims that hold them", async () => {
    const alice = { tenantId: "acme", userId: "u-1" };
    const claims = { "https://acme.example/user": "u-1", o: { id: "acme" } };
    const request = withCookie(await token({ claims }));
    const options = { userClaim: "https://acme.example/user", tenantClaim: ["o", "id"] };
    expect(await knowsAlice(request, options, alice)).toBe(true);
    expect(await knowsAlice(request, options, { ...alice, tenantId: "other" })).toBe(false);
    expect(await knowsAlice(request, { ...options, tenantClaim: ["o", "none"] }, alice)).toBe(
      false,
    );
    expect(await knowsAlice(request, { ...options, tenantClaim: "toString" }, alice)).toBe(false);
  });

  it("AC-02 checks the authorized party of tokens without an audience", async () => {
    const options = { audience: undefined, authorizedParties: ["https://agent.example"] };
    const azp = "https://agent.example";
    const ours = withCookie(await token({ claims: { aud: undefined, azp } }));
    expect(await knowsAlice(ours, options)).toBe(true);
    const evil = { aud: undefined, azp: "https://evil.example" };
    expect(await knowsAlice(withCookie(await token({ claims: evil })), options)).toBe(false);
    const silent = withCookie(await token({ claims: { aud: undefined } }));
    expect(await knowsAlice(silent, options)).toBe(false);
  });

  it("learns from the issuer's metadata where the keys are", async () => {
    const verify = verifyJwt({ ...settings, jwksUrl: undefined });
    const request = withCookie(await token());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verify(request, pendingOf({ userId: "alice" }))),
    );
    expect(answers).toEqual(Array(20).fill(true));
    expect(fetches).toBe(2);
  });

  it("DI-05 a storm of made-up key ids causes one request for keys a cool-down", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const verify = verifyJwt(settings);
    const alice = pendingOf({ userId: "alice" });
    const storm = async () => {
      const tokens = await Promise.all(
        Array.from({ length: 100 }, (_, index) => token({ kid: `made-up-${index}` })),
      );
      return Promise.all(tokens.map((each) => verify(withCookie(each), alice)));
    };
    expect(await storm()).toEqual(Array(100).fill(false));
    expect(await storm()).toEqual(Array(100).fill(false));
    expect(fetches).toBe(1);
    vi.setSystemTime(Date.now() + 31_000);
    expect(await storm()).toEqual(Array(100).fill(false));
    expect(fetches).toBe(2);
    expect(await verify(withCookie(await token()), alice)).toBe(true);
    expect(fetches).toBe(2);
  });

  it("DI-05 takes a new key once the issuer changed to it", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const verify = verifyJwt(settings);
    const alice = pendingOf({ userId: "alice" });
    expect(await verify(withCookie(await token()), alice)).toBe(true);
    const jwk = await exportJWK(otherKey.publicKey);
    keySet = () => HttpResponse.json({ keys: [{ ...jwk, kid: "2", alg: "ES256" }] });
    vi.setSystemTime(Date.now() + 31_000);
    expect(await verify(withCookie(await token({ kid: "2", signedBy: otherKey })), alice)).toBe(
      true,
    );
    expect(fetches).toBe(2);
  });

  it.each<[string, () => Response]>([
    ["an error", () => new HttpResponse("canary", { status: 503 })],
    ["no JSON", () => new HttpResponse("<html>canary")],
    ["no keys", () => HttpResponse.json({ canary: [] })],
    ["a redirect", () => HttpResponse.redirect("https://evil.example/jwks", 302)],
    ["a huge answer", () => new HttpResponse("x".repeat(600_000))],
    ["no answer", () => HttpResponse.error()],
  ])(
    "DI-04 without keys it knows nobody, says so, and asks no more for a while: %s",
    async (_name, answer) => {
      let now = Date.now();
      keySet = answer;
      const verify = verifyJwt({ ...settings, clock: { now: () => now } });
      const ask = async () => verify(withCookie(await token()), pendingOf({ userId: "alice" }));
      for (let time = 0; time < 3; time += 1) {
        await expect(ask()).rejects.toMatchObject({
          failure: "server_error",
          message: expect.not.stringContaining("canary"),
        });
      }
      expect(fetches).toBe(1);
      keySet = async () =>
        HttpResponse.json({ keys: [{ ...(await exportJWK(key.publicKey)), kid: "1" }] });
      now += 5_000;
      expect(await ask()).toBe(true);
    },
  );

  it.each<[string, Partial<VerifyJwtOptions>, RegExp]>([
    ["no issuer", { issuer: "idp" }, /issuer is "idp" and must be an absolute https URL/],
    ["plain http", { issuer: "http://idp.example" }, /must be an absolute https URL/],
    ["plain http keys", { jwksUrl: "http://idp.example/jwks" }, /jwksUrl is .* https URL/],
    ["no audience", { audience: undefined }, /audience is missing.* or authorizedParties/],
    ["no place", { cookieName: undefined }, /none of cookieName, header and tokenOf/],
    ["two places", { header: "authorization" }, /more than one of cookieName/],
    [
      "a shared secret",
      { algorithms: ["HS256"] },
      /algorithms is \["HS256"\] and must name some of/,
    ],
  ])("EV-02 says what is wrong and how to mend it: %s", (_name, options, message) => {
    expect(() => verifyJwt({ ...settings, ...options })).toThrow(message);
  });
});
