import { type RevocationRequest, Secret } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { formOf, InstantTime, refused, useProviderServer } from "./provider-server.js";

const server = useProviderServer();
const token = new Secret("refresh-alice");
const busy =
  (headers: Record<string, string> = {}) =>
  () =>
    new HttpResponse(null, { status: 503, headers });
const done = () => new HttpResponse(null, { status: 200 });

describe("revoking", () => {
  it("TR-12 takes 200 as done, known token or not", async () => {
    server.answer(done);
    expect(await server.endpoint().revoke(token, "refresh_token")).toBe("revoked");
    expect(formOf(server.seen[0])).toEqual({
      token: "refresh-alice",
      token_type_hint: "refresh_token",
    });
    expect(server.seen[0]?.headers.get("authorization")).toMatch(/^Basic /);
  });

  it("TR-12 tries again when the provider is busy, after the wait it asks for", async () => {
    const time = new InstantTime();
    server.answer(
      busy({ "retry-after": "2" }),
      () => new HttpResponse(null, { status: 429 }),
      done,
    );
    expect(await server.endpoint({}, time).revoke(token, "refresh_token")).toBe("revoked");
    expect(time.waitsMs).toEqual([2_000, 1_000]);
  });

  it("TR-12 tries again when the connection breaks", async () => {
    server.answer(() => HttpResponse.error(), done);
    expect(await server.endpoint().revoke(token, "refresh_token")).toBe("revoked");
  });

  it("TR-12 says so when it failed after three tries", async () => {
    server.answer(busy());
    expect(await server.endpoint().revoke(token, "refresh_token")).toBe("failed");
    expect(server.seen).toHaveLength(3);
  });

  it("TR-12 does not wait longer than a few seconds for it", async () => {
    const time = new InstantTime();
    server.answer(busy({ "retry-after": "60" }));
    expect(await server.endpoint({}, time).revoke(token, "refresh_token")).toBe("failed");
    expect(time.waitsMs).toEqual([]);
  });

  it("TR-12 says that the provider cannot revoke, and tries no second time", async () => {
    server.answer(() => refused("unsupported_token_type"));
    expect(await server.endpoint().revoke(token, "access_token")).toBe("unsupported");
    expect(server.seen).toHaveLength(1);
    const without = server.endpoint({ revocationUrl: undefined });
    expect(await without.revoke(token, "refresh_token")).toBe("unsupported");
    expect(server.seen).toHaveLength(1);
  });

  it("takes a token the provider calls invalid as dead", async () => {
    server.answer(() => refused("invalid_token"));
    expect(await server.endpoint().revoke(token, "access_token")).toBe("revoked");
  });

  it.each([
    ["a refusal", () => refused("invalid_client", { status: 401 })],
    ["a redirect", () => new HttpResponse(null, { status: 302, headers: { location: "/" } })],
    ["an endless answer", () => HttpResponse.text("x".repeat(2 * 1024 * 1024), { status: 400 })],
  ])("TR-12 calls %s a failure", async (_name, answer) => {
    server.answer(answer);
    expect(await server.endpoint().revoke(token, "access_token")).toBe("failed");
    expect(server.seen).toHaveLength(1);
  });
});

describe("revoking in a provider's dialect", () => {
  const dialect = (revocationRequest: RevocationRequest) =>
    server.endpoint({ quirks: { revocationRequest, terminalErrors: ["token_revoked"] } });

  it("sends a document in JSON, with the headers of the provider's API", async () => {
    server.answer(done);
    const endpoint = dialect({
      body: "json",
      tokenParameter: "access_token",
      headers: { "api-version": "2" },
    });
    expect(await endpoint.revoke(token, "access_token")).toBe("revoked");
    const [request] = server.seen;
    expect(request?.form.toString()).toBe(
      new URLSearchParams('{"access_token":"refresh-alice"}').toString(),
    );
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(request?.headers.get("api-version")).toBe("2");
    expect(request?.headers.get("authorization")).toMatch(/^Basic /);
  });

  it("lets the token speak for itself, and sends nothing else", async () => {
    server.answer(done);
    const endpoint = dialect({ authorization: "token", body: "none" });
    expect(await endpoint.revoke(token, "access_token")).toBe("revoked");
    expect(server.seen[0]?.form.toString()).toBe("");
    expect(server.seen[0]?.headers.get("authorization")).toBe("Bearer refresh-alice");
  });

  it("sends nothing for a kind of token that cannot be revoked", async () => {
    const endpoint = dialect({ tokenType: "access_token" });
    expect(await endpoint.revoke(token, "refresh_token")).toBe("unsupported");
    expect(server.seen).toEqual([]);
  });

  it.each([
    ["failed", { ok: false, error: "not_allowed" }],
    ["failed", { ok: false }],
    ["failed", { ok: true, revoked: false }],
    ["revoked", { ok: false, error: "token_revoked" }],
    ["revoked", { ok: true }],
  ])("calls it %s when HTTP 200 comes with %j", async (outcome, body) => {
    server.answer(() => HttpResponse.json(body));
    const endpoint = dialect({ authorization: "token", body: "none" });
    expect(await endpoint.revoke(token, "access_token")).toBe(outcome);
  });
});
