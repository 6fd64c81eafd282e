import { sign as expressSign } from "cookie-signature";
import { serializeSigned } from "hono/utils/cookie";
import { describe, expect, it } from "vitest";
import { type VerifySessionCookieOptions, verifySessionCookie } from "../src/index.js";
import { pendingOf } from "./pending-of.js";

const secret = "0123456789abcdef0123456789abcdef";
const older = "fedcba9876543210fedcba9876543210";

async function isAlice(
  cookie: string,
  options: Partial<VerifySessionCookieOptions> = {},
  key: { readonly tenantId?: string; readonly userId: string } = { userId: "alice" },
): Promise<boolean> {
  const verify = verifySessionCookie({ cookieName: "session", secrets: [secret], ...options });
  const request = new Request("https://agent.example/", { headers: { cookie } });
  return verify(request, pendingOf(key));
}

const hono = (value: string, by = secret) => serializeSigned("session", value, by);
const express = (value: string, by = secret) =>
  `session=${encodeURIComponent(`s:${expressSign(value, by)}`)}`;

describe("verifySessionCookie", () => {
  it.each([
    ["Hono and Better Auth", (value: string, by?: string) => hono(value, by)],
    ["Express", async (value: string, by?: string) => express(value, by)],
  ])("AC-02 knows the user by a cookie signed as by %s", async (_name, sign) => {
    expect(await isAlice(await sign("alice"))).toBe(true);
    expect(await isAlice(`other=1; ${await sign("alice")}; more=2`)).toBe(true);
    expect(await isAlice(await sign("bob"))).toBe(false);
    expect(await isAlice(await sign("alice", older))).toBe(false);
    const forged = (await sign("bob")).replace("bob", "alice");
    expect(await isAlice(forged)).toBe(false);
  });

  it("accepts what any of its secrets signed, so that they can be changed", async () => {
    const secrets = [secret, older];
    expect(await isAlice(await hono("alice"), { secrets })).toBe(true);
    expect(await isAlice(await hono("alice", older), { secrets })).toBe(true);
    expect(await isAlice(express("alice", older), { secrets })).toBe(true);
  });

  it.each([
    ["no cookie", "other=1"],
    ["no signature", "session=alice"],
    ["an empty signature", "session=alice."],
    ["no value", `session=.${"a".repeat(43)}`],
    ["broken escapes", "session=%E0%A4%A.x"],
    ["a huge cookie", `session=${"a".repeat(100_000)}.x`],
  ])("AC-02 takes %s for nobody", async (_name, cookie) => {
    expect(await isAlice(cookie)).toBe(false);
  });

  it("AC-02 takes a doubled cookie for a planted one", async () => {
    const cookie = await hono("alice");
    expect(await isAlice(`${cookie}; ${cookie}`)).toBe(false);
  });

  it("keeps a value with dots, or one that begins as Express marks do, apart", async () => {
    expect(await isAlice(await hono("a.b"), {}, { userId: "a.b" })).toBe(true);
    expect(await isAlice(await hono("s:a"), {}, { userId: "s:a" })).toBe(true);
    expect(await isAlice(express("s:a"), {}, { userId: "s:a" })).toBe(true);
    expect(await isAlice(await hono("s:a"), {}, { userId: "a" })).toBe(false);
  });

  it("asks whose session it is, tenant included, and only of a signed value", async () => {
    const asked: string[] = [];
    const userIdOf = async (value: string) => {
      asked.push(value);
      return value === "sid-1" ? { tenantId: "acme", userId: "alice" } : undefined;
    };
    const key = { tenantId: "acme", userId: "alice" };
    expect(await isAlice(await hono("sid-1"), { userIdOf }, key)).toBe(true);
    expect(await isAlice(await hono("sid-1"), { userIdOf }, { ...key, tenantId: "other" })).toBe(
      false,
    );
    expect(await isAlice(await hono("sid-1"), { userIdOf })).toBe(false);
    expect(await isAlice(await hono("sid-2"), { userIdOf }, key)).toBe(false);
    expect(await isAlice(await hono("sid-1", older), { userIdOf }, key)).toBe(false);
    expect(asked).toEqual(["sid-1", "sid-1", "sid-1", "sid-2"]);
  });

  it("takes a text for a user without tenant", async () => {
    const key = { tenantId: "acme", userId: "alice" };
    expect(await isAlice(await hono("alice"), {}, key)).toBe(false);
  });

  it.each<[string, Partial<VerifySessionCookieOptions>, RegExp]>([
    ["no name", { cookieName: "" }, /cookieName is "" and must be/],
    ["no secret", { secrets: [] }, /secrets is empty/],
    ["a word", { secrets: ["canary cat"] }, /shorter than 16 bytes/],
  ])("EV-02 says what is wrong and shows no secret: %s", (_name, options, message) => {
    const create = () =>
      verifySessionCookie({ cookieName: "session", secrets: [secret], ...options });
    expect(create).toThrow(message);
    expect(create).not.toThrow(/canary/);
  });
});
