import { AccessToken } from "@rak-oauth/core";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { formOf, InstantTime, useProviderServer } from "./provider-server.js";

const server = useProviderServer();
const token = new AccessToken("access-alice");

describe("introspecting", () => {
  it("tells the lifetime of a token that came without one", async () => {
    server.answer(() => HttpResponse.json({ active: true, exp: 1_800_000_000 }));
    expect(await server.endpoint().introspect(token)).toEqual({
      active: true,
      expiresAt: new Date(1_800_000_000_000),
    });
    expect(formOf(server.seen[0])).toEqual({
      token: "access-alice",
      token_type_hint: "access_token",
    });
    expect(server.seen[0]?.headers.get("authorization")).toMatch(/^Basic /);
  });

  it("TM-12 counts the lifetime from the server's own time", async () => {
    const time = new InstantTime(0);
    const headers = { date: "Thu, 01 Jan 2026 00:00:00 GMT" };
    const exp = Date.parse(headers.date) / 1000 + 60;
    server.answer(() => HttpResponse.json({ active: true, exp }, { headers }));
    const answer = await server.endpoint({}, time).introspect(token);
    expect(answer?.expiresAt).toEqual(new Date(60_000));
  });

  it("tells that a token is dead", async () => {
    server.answer(() => HttpResponse.json({ active: false }));
    expect(await server.endpoint().introspect(token)).toEqual({ active: false });
  });

  it.each([
    ["trouble", () => new HttpResponse(null, { status: 503 })],
    ["a refusal", () => HttpResponse.json({ error: "invalid_client" }, { status: 401 })],
    ["a broken connection", () => HttpResponse.error()],
    ["HTML", () => HttpResponse.html("<p>hello")],
    ["no answer to the question", () => HttpResponse.json({ exp: 1_800_000_000 })],
    ["a text for active", () => HttpResponse.json({ active: "true" })],
  ])("says nothing on %s, and does not ask again", async (_name, answer) => {
    server.answer(answer);
    expect(await server.endpoint().introspect(token)).toBeUndefined();
    expect(server.seen).toHaveLength(1);
  });

  it.each([1e300, "soon", null])("leaves expiry %j unknown", async (exp) => {
    server.answer(() => HttpResponse.json({ active: true, exp }));
    expect(await server.endpoint().introspect(token)).toEqual({ active: true });
  });

  it("asks nobody where there is no such endpoint", async () => {
    const endpoint = server.endpoint({ introspectionUrl: undefined });
    expect(await endpoint.introspect(token)).toBeUndefined();
    expect(server.seen).toEqual([]);
  });
});
