import { TokenRequestError } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { normaliseTokenResponse, parseExpiresIn } from "../src/token-response.js";
import { exampleConfig } from "./fixtures.js";

const canary = "canary-7f3a9c";
const good = { access_token: "a", token_type: "Bearer" };

function normalise(
  body: unknown,
  init: ResponseInit & { quirks?: object; contentType?: string } = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": init.contentType ?? "application/json", ...init.headers };
  return normaliseTokenResponse(new Response(text, { ...init, headers }), {
    config: exampleConfig({ quirks: init.quirks ?? {} }),
    keepIdToken: false,
    now: 0,
  });
}

async function failure(...request: Parameters<typeof normalise>): Promise<TokenRequestError> {
  const error = await normalise(...request).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TokenRequestError);
  return error as TokenRequestError;
}

describe("lifetimes", () => {
  it.each([
    [3600, 3600],
    ["3600", 3600],
    [" 60 ", 60],
    [0.5, 0.5],
    ["3600abc", undefined],
    ["1e3", undefined],
    ["", undefined],
    [-1, undefined],
    [0, undefined],
    [null, undefined],
    [undefined, undefined],
    [[], undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NaN, undefined],
    [2 ** 53, 315_360_000],
    ["99999999999999999999", 315_360_000],
  ])("TR-01 reads expires_in %j as %j seconds", (value, seconds) => {
    expect(parseExpiresIn(value)).toBe(seconds);
  });

  it("TR-01 reads 1e400, which JSON makes infinite, as unknown", async () => {
    const answer = await normalise('{"access_token":"a","token_type":"Bearer","expires_in":1e400}');
    expect(answer.expires_in).toBeUndefined();
  });

  it("TR-01 takes the provider's usual lifetime where the answer names none", async () => {
    const answer = await normalise(good, { quirks: { defaultExpiresInSeconds: 7200 } });
    expect(answer.expires_in).toBe(7200);
  });
});

describe("token types", () => {
  it.each(["bearer", "Bearer", "BEARER"])("TR-02 accepts %s", async (tokenType) => {
    expect((await normalise({ ...good, token_type: tokenType })).token_type).toBe("Bearer");
  });

  it("TR-02 rejects mac", async () => {
    const error = await failure({ ...good, token_type: "mac" });
    expect(error.kind).toBe("configuration");
  });

  it("TR-02 accepts an answer without a type only by the provider's preset", async () => {
    const error = await failure({ access_token: "a" });
    expect(error.message).toContain("quirks.defaultTokenType");
    const quirks = { defaultTokenType: "Bearer" };
    expect((await normalise({ access_token: "a" }, { quirks })).token_type).toBe("Bearer");
  });
});

describe("tokens of a provider with habits of its own", () => {
  it("takes the names that the provider has for bearer tokens", async () => {
    const quirks = { bearerTokenTypes: ["bot"] };
    expect((await normalise({ ...good, token_type: "bot" }, { quirks })).token_type).toBe("Bearer");
    expect((await failure({ ...good, token_type: "user" }, { quirks })).kind).toBe("configuration");
  });

  it.each([
    ["authed_user", { authed_user: { ...good, access_token: "inner" } }, "inner"],
    ["data.0", { data: [{ ...good, access_token: "inner" }] }, "inner"],
    ["authed_user", { ...good, authed_user: { id: "U1" } }, "a"],
    ["authed_user", good, "a"],
  ])("finds the tokens in %s of %j", async (tokenMember, body, accessToken) => {
    expect((await normalise(body, { quirks: { tokenMember } })).access_token).toBe(accessToken);
  });
});

describe("answers that are not tokens", () => {
  it("takes for trouble what the provider's preset says is trouble", async () => {
    const quirks = { transientErrors: ["internal_error"] };
    const body = { ok: false, error: "internal_error" };
    expect((await failure(body, { quirks })).kind).toBe("transient");
    expect((await failure(body)).kind).toBe("configuration");
  });

  it("TR-03 sees an error in an answer of status 200", async () => {
    const error = await failure({ error: "bad_verification_code", error_description: canary });
    expect(error).toMatchObject({ error: "bad_verification_code", status: 200 });
    expect(error.message).not.toContain(canary);
  });

  it("TR-03 sees ok: false in an answer of status 200", async () => {
    expect(await failure({ ...good, ok: false, error: "invalid_code" })).toMatchObject({
      error: "invalid_code",
    });
    expect((await failure({ ...good, ok: false })).kind).toBe("transient");
  });

  it.each([
    ["HTML", `<html>${canary}</html>`],
    ["truncated JSON", `{"access_token":"${canary}`],
    ["a list", `["${canary}"]`],
    ["a polluted prototype", `{"__proto__":{"access_token":"${canary}","token_type":"Bearer"}}`],
    ["an access token that is no text", `{"access_token":{"x":"${canary}"},"token_type":"Bearer"}`],
    ["nothing", ""],
    ["5 MB", `{"access_token":"${canary}","padding":"${"x".repeat(5 * 1024 * 1024)}"}`],
  ])("TR-04 refuses %s with an error that holds nothing of it", async (_name, body) => {
    const error = await failure(body);
    expect(error.kind).toBe("transient");
    expect(`${error.message}${JSON.stringify(error)}${String(error.cause)}`).not.toContain(canary);
  });

  it("TR-04 does not repeat an error code that is no code", async () => {
    const error = await failure({ error: `oops ${canary} <script>` }, { status: 400 });
    expect(error.error).toBe("unknown_error");
    expect(error.message).not.toContain(canary);
  });

  it.each([
    [429, "slow down"],
    [500, ""],
    [503, JSON.stringify({ error: "invalid_grant" })],
    [403, "<html>blocked by the firewall</html>"],
    [404, "{}"],
    [400, JSON.stringify({ error: "temporarily_unavailable" })],
  ])("TR-07 takes HTTP %i with %j as transient", async (status, body) => {
    expect(await failure(body, { status })).toMatchObject({ kind: "transient", status });
  });

  it.each([
    ["30", 30_000],
    ["Thu, 01 Jan 1970 00:00:10 GMT", 10_000],
    ["Wed, 31 Dec 1969 00:00:00 GMT", 0],
    ["999999999999", 3_600_000],
    ["soon", undefined],
  ])("TR-07 keeps Retry-After %j as %j ms", async (value, retryAfterMs) => {
    const error = await failure("", { status: 503, headers: { "retry-after": value } });
    expect(error.retryAfterMs).toBe(retryAfterMs);
  });

  it("TM-12 counts a date in Retry-After from the server's own time", async () => {
    const headers = {
      date: "Thu, 01 Jan 2026 10:00:00 GMT",
      "retry-after": "Thu, 01 Jan 2026 10:00:20 GMT",
    };
    expect((await failure("", { status: 503, headers })).retryAfterMs).toBe(20_000);
  });

  it("TR-08 does not follow a redirect", async () => {
    const error = await failure("", {
      status: 302,
      headers: { location: "https://evil.example/" },
    });
    expect(error).toMatchObject({ kind: "configuration", status: 302 });
    expect(error.message).toContain("tokenUrl");
  });

  it.each([
    ["invalid_grant", "terminal"],
    ["invalid_client", "configuration"],
    ["unauthorized_client", "configuration"],
    ["invalid_scope", "configuration"],
    ["something_new", "configuration"],
  ])("classes %s as %s", async (error, kind) => {
    expect(await failure({ error }, { status: 400 })).toMatchObject({ kind, error });
  });

  it("classes a provider's own word for a dead grant as terminal", async () => {
    const quirks = { terminalErrors: ["token_revoked"] };
    expect((await failure({ error: "token_revoked" }, { quirks })).kind).toBe("terminal");
  });

  it.each([
    [{ errors: [{ resource: "RefreshToken" }] }, "terminal", "RefreshToken"],
    [{ errors: [{ resource: "Application" }] }, "configuration", "Application"],
    [{ errors: [] }, "transient", undefined],
    [{ errors: [{ resource: "a secret, perhaps" }] }, "configuration", "unknown_error"],
    [{ error: "invalid_grant" }, "transient", undefined],
  ])("finds a provider's code where it is: %j is %s", async (body, kind, error) => {
    const quirks = { errorMember: "errors.0.resource", terminalErrors: ["RefreshToken"] };
    expect(await failure(body, { quirks, status: 400 })).toMatchObject({ kind, error });
  });
});

describe("dialects", () => {
  it("reads a form-encoded answer", async () => {
    const form = "access_token=a&token_type=bearer&scope=repo%2Cgist&expires_in=60";
    const answer = await normalise(form, { contentType: "application/x-www-form-urlencoded" });
    expect(answer).toMatchObject({ access_token: "a", scope: "repo gist", expires_in: 60 });
  });

  it.each([
    ["read write", "read write"],
    ["read,write", "read write"],
    [["read", "write"], "read write"],
    ["", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("reads scope %j as %j", async (scope, expected) => {
    expect((await normalise({ ...good, scope })).scope).toBe(expected);
  });

  it("reads null as absent", async () => {
    const answer = await normalise({ ...good, expires_in: null, refresh_token: null, scope: null });
    expect(answer).toEqual({ access_token: "a", token_type: "Bearer" });
  });

  it("accepts status 201", async () => {
    expect((await normalise(good, { status: 201 })).access_token).toBe("a");
  });
});
