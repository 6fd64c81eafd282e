import { inspect } from "node:util";
import { AuthorizationError, isOAuth2Error, TokenRequestError } from "@rak-oauth/core";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { exampleConfig, issued, ManualClock, tokenUrl, unsignedIdToken } from "./fixtures.js";

const server = setupServer();
const canary = "canary-91be55";
let requests: { form: URLSearchParams; headers: Headers }[];
let answer: () => Response | Promise<Response>;

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

beforeEach(() => {
  requests = [];
  answer = () => HttpResponse.json({ access_token: "a2", token_type: "Bearer" });
  server.use(
    http.post(tokenUrl, async ({ request }) => {
      const form = new URLSearchParams(await request.text());
      requests.push({ form, headers: request.headers });
      return answer();
    }),
  );
});

function endpoint(overrides: Parameters<typeof exampleConfig>[0] = {}, clock = new ManualClock()) {
  return new TokenEndpoint({ config: exampleConfig(overrides), clock });
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );
}

function callback(query: string): URL {
  return new URL(`https://app.example/oauth2/callback?${query}`);
}

describe("client credentials", () => {
  it("asks for the configured scopes as the application", async () => {
    const scopes = ["a", "b"];
    await endpoint({ flow: "client_credentials", scopes }).requestClientCredentials();
    expect(Object.fromEntries(requests[0]?.form ?? [])).toEqual({
      grant_type: "client_credentials",
      scope: "a b",
    });
  });

  it("separates scopes as the provider wants them", async () => {
    const quirks = { scopeSeparator: "," } as const;
    const scopes = ["a", "b"];
    await endpoint({ flow: "client_credentials", scopes, quirks }).requestClientCredentials();
    expect(requests[0]?.form.get("scope")).toBe("a,b");
  });

  it("counts the lifetime from when the request was sent", async () => {
    const clock = new ManualClock(0);
    answer = () => {
      clock.advance(5_000);
      return HttpResponse.json({ access_token: "a", token_type: "Bearer", expires_in: 60 });
    };
    const { accessToken } = await endpoint({}, clock).requestClientCredentials();
    expect(accessToken.expiresAt).toEqual(new Date(60_000));
  });
});

describe("client authentication", () => {
  it("sends Basic with no more encoding than the RFC asks for", async () => {
    await endpoint({ clientId: "my-app.v1", clientSecret: "p~s:w/ö_" }).requestClientCredentials();
    const header = requests[0]?.headers.get("authorization") ?? "";
    const pair = Buffer.from(header.replace("Basic ", ""), "base64").toString();
    expect(pair).toBe("my-app.v1:p%7Es%3Aw%2F%C3%B6_");
    expect(requests[0]?.form.has("client_secret")).toBe(false);
  });

  it("sends the secret in the body where the provider wants it there", async () => {
    await endpoint({ clientAuthentication: "client_secret_post" }).requestClientCredentials();
    expect(requests[0]?.form.get("client_secret")).toBe("s3cr3t");
    expect(requests[0]?.headers.has("authorization")).toBe(false);
  });

  it("sends no secret for a public client", async () => {
    const config = { clientSecret: undefined, clientAuthentication: "none" } as const;
    await endpoint(config).refresh(issued(new ManualClock()));
    expect(requests[0]?.form.get("client_id")).toBe("agent");
    expect(requests[0]?.form.has("client_secret")).toBe(false);
  });
});

describe("refreshing", () => {
  it("TR-05 keeps the old refresh token, scopes and account when the answer has none", async () => {
    const account = { subject: "42", email: "alice@example.com" };
    const before = { ...issued(new ManualClock(), { refreshToken: "refresh-alice" }), account };
    const after = await endpoint().refresh(before);
    expect(after.refreshToken?.secret()).toBe("refresh-alice");
    expect(after.accessToken.secret()).toBe("a2");
    expect(after.accessToken.scopes).toEqual(["calendar.read"]);
    expect(after.account).toEqual(account);
  });

  it("takes the new refresh token when there is one", async () => {
    answer = () =>
      HttpResponse.json({ access_token: "a2", token_type: "Bearer", refresh_token: "r2" });
    const after = await endpoint().refresh(
      issued(new ManualClock(), { refreshToken: "refresh-alice" }),
    );
    expect(requests[0]?.form.get("refresh_token")).toBe("refresh-alice");
    expect(after.refreshToken?.secret()).toBe("r2");
  });

  it("TR-06 makes a narrower scope visible", async () => {
    answer = () =>
      HttpResponse.json({ access_token: "a2", token_type: "Bearer", scope: "calendar" });
    const after = await endpoint().refresh(issued(new ManualClock()));
    expect(after.accessToken.scopes).toEqual(["calendar"]);
  });

  it("sends no scope unless the provider wants one", async () => {
    await endpoint().refresh(issued(new ManualClock()));
    await endpoint({ quirks: { omitScopeOnRefresh: false } }).refresh(issued(new ManualClock()));
    expect(requests.map(({ form }) => form.get("scope"))).toEqual([null, "calendar.read"]);
  });

  it("TR-09 loses no token over an ID token that does not validate", async () => {
    answer = () =>
      HttpResponse.json({ access_token: "a2", token_type: "Bearer", id_token: "not.a.jwt" });
    const after = await endpoint().refresh(issued(new ManualClock()));
    expect(after.accessToken.secret()).toBe("a2");
  });

  it("loses no token over a type the answer left out", async () => {
    answer = () => HttpResponse.json({ access_token: "a2", refresh_token: "r2" });
    const after = await endpoint().refresh(issued(new ManualClock()));
    expect(after.refreshToken?.secret()).toBe("r2");
  });
});

describe("exchanging a code", () => {
  const expected = { state: "st", codeVerifier: "v".repeat(43), scopes: ["calendar.read"] };

  it("sends code, verifier and the public redirect URI", async () => {
    const tokens = await endpoint().exchangeCode({
      ...expected,
      callbackUrl: callback("code=c1&state=st"),
    });
    expect(Object.fromEntries(requests[0]?.form ?? [])).toEqual({
      grant_type: "authorization_code",
      code: "c1",
      redirect_uri: "https://app.example/oauth2/callback",
      code_verifier: expected.codeVerifier,
    });
    expect(tokens.accessToken.scopes).toEqual(["calendar.read"]);
  });

  it.each([
    ["a foreign state", "code=c1&state=other", {}, "provider_error"],
    ["no state", "code=c1", {}, "provider_error"],
    ["a foreign iss", "code=c1&state=st&iss=https%3A%2F%2Fevil.example", {}, "issuer_mismatch"],
    [
      "no iss where the server promises one",
      "code=c1&state=st",
      { issuer: "https://as.example", issParameterSupported: true },
      "issuer_mismatch",
    ],
  ])("AC-07 sends nothing on %s", async (_name, query, overrides, failure) => {
    const work = endpoint(overrides).exchangeCode({ ...expected, callbackUrl: callback(query) });
    const error = await rejection(work);
    expect(error).toBeInstanceOf(AuthorizationError);
    expect(error).toMatchObject({ failure });
    expect(requests).toEqual([]);
  });

  it("takes the account from the ID token", async () => {
    answer = () =>
      HttpResponse.json({
        access_token: "a",
        token_type: "Bearer",
        id_token: unsignedIdToken({
          nonce: "n1",
          email: "alice@example.com",
          email_verified: true,
        }),
      });
    const tokens = await endpoint({ issuer: "https://as.example" }).exchangeCode({
      ...expected,
      nonce: "n1",
      callbackUrl: callback("code=c1&state=st&iss=https%3A%2F%2Fas.example"),
    });
    expect(tokens.account).toEqual({
      subject: "42",
      email: "alice@example.com",
      emailVerified: true,
      name: undefined,
    });
  });

  it.each([
    ["another nonce", { nonce: "n2" }, "provider_error"],
    ["another audience", { nonce: "n1", aud: "somebody-else" }, "provider_error"],
    ["another issuer", { nonce: "n1", iss: "https://evil.example" }, "issuer_mismatch"],
    ["an expired ID token", { nonce: "n1", exp: 1 }, "provider_error"],
  ])("refuses %s without showing the answer", async (_name, claims, failure) => {
    answer = () =>
      HttpResponse.json({
        access_token: canary,
        token_type: "Bearer",
        id_token: unsignedIdToken(claims),
      });
    const work = endpoint({ issuer: "https://as.example", revocationUrl: undefined }).exchangeCode({
      ...expected,
      nonce: "n1",
      callbackUrl: callback("code=c1&state=st"),
    });
    const error = await rejection(work);
    expect(error).toMatchObject({ code: "authorization_failed", failure });
    expect(inspect(error, { depth: 10 })).not.toContain(canary);
  });
});

describe("failures", () => {
  it("TR-07 tells an unreachable server by its system code", async () => {
    const dead = endpoint({ tokenUrl: "https://as.example/gone" });
    server.use(http.post("https://as.example/gone", () => HttpResponse.error()));
    const error = await rejection(dead.requestClientCredentials());
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({ kind: "transient" });
    expect((error as Error).message).toContain("https://as.example");
  });

  it("gives a request up at its limit, the answer's body included", async () => {
    answer = () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"access_token":')),
      });
      return new HttpResponse(body, { headers: { "content-type": "application/json" } });
    };
    const slow = new TokenEndpoint({ config: exampleConfig(), requestTimeoutMs: 50 });
    const error = await rejection(slow.requestClientCredentials());
    expect(error).toMatchObject({ code: "token_request_failed", kind: "transient" });
    expect((error as Error).message).toContain("within 50 ms");
  });

  it.each([
    [
      "an OAuth error",
      () => HttpResponse.json({ error: "invalid_grant", x: canary }, { status: 400 }),
    ],
    [
      "a challenge",
      () =>
        new HttpResponse(canary, {
          status: 401,
          headers: { "www-authenticate": `Basic realm="${canary}"` },
        }),
    ],
    ["a broken answer", () => HttpResponse.text(`{"access_token":"${canary}`)],
    [
      "a token of a wrong type",
      () => HttpResponse.json({ access_token: canary, token_type: "mac" }),
    ],
    [
      "a redirect",
      () =>
        new HttpResponse(null, {
          status: 307,
          headers: { location: `https://x.example/${canary}` },
        }),
    ],
  ])("EV-01 shows nothing of the tokens on %s", async (_name, respond) => {
    answer = respond;
    const secrets = issued(new ManualClock(), { refreshToken: canary, accessToken: canary });
    const config = { clientSecret: canary };
    const error = await rejection(endpoint(config).refresh(secrets));
    expect(isOAuth2Error(error)).toBe(true);
    const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toContain(canary);
  });

  it("reads invalid_client behind a challenge as a configuration fault", async () => {
    answer = () =>
      HttpResponse.json(
        { error: "invalid_client" },
        { status: 401, headers: { "www-authenticate": "Basic" } },
      );
    const error = await rejection(endpoint().requestClientCredentials());
    expect(error).toMatchObject({ kind: "configuration", error: "invalid_client" });
    expect((error as Error).message).toContain("clientAuthentication");
  });
});
