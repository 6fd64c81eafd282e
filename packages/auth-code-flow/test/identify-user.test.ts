import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import { serializeSigned } from "hono/utils/cookie";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  type SessionUser,
  type VerifySessionCookieOptions,
  verifyJwt,
  verifySessionCookie,
} from "../src/index.js";

const secret = "0123456789abcdef0123456789abcdef";

describe("who is signed in", () => {
  const byCookie = async (
    userIdOf: VerifySessionCookieOptions["userIdOf"],
    cookie?: string,
  ): Promise<SessionUser | undefined> => {
    const verifier = verifySessionCookie({ cookieName: "session", secrets: [secret], userIdOf });
    const signed = cookie ?? (await serializeSigned("session", "s1", secret));
    return verifier.identifyUser(
      new Request("https://agent.example/", { headers: { cookie: signed } }),
    );
  };

  it("is known by a session cookie", async () => {
    expect(await byCookie(undefined)).toEqual({ userId: "s1" });
    const alice = { userId: "alice", tenantId: "acme" };
    expect(await byCookie((session) => (session === "s1" ? alice : undefined))).toEqual(alice);
  });

  it("is nobody without a session that is alive", async () => {
    expect(await byCookie(undefined, "session=s1.forged")).toBeUndefined();
    expect(await byCookie(() => undefined)).toBeUndefined();
    expect(await byCookie(() => "")).toBeUndefined();
    expect(await byCookie(() => null as unknown as undefined)).toBeUndefined();
  });

  it("is known by a token of the identity provider, tenant included", async () => {
    const time = new ManualTime();
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "1" }] };
    const verifier = verifyJwt({
      issuer: "https://idp.example",
      audience: "application",
      jwksUrl: "https://idp.example/jwks",
      cookieName: "id_token",
      tenantClaim: ["org", "id"],
      clock: time,
      fetch: async () => Response.json(keys),
    });
    const identify = async (audience: string, claims: Readonly<Record<string, unknown>>) => {
      const token = await new SignJWT({ org: { id: "acme" }, ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "1" })
        .setIssuer("https://idp.example")
        .setAudience(audience)
        .setExpirationTime(Math.floor(time.now() / 1000) + 60)
        .sign(privateKey);
      const headers = { cookie: `id_token=${token}` };
      return verifier.identifyUser(new Request("https://agent.example/", { headers }));
    };
    const alice = { userId: "alice", tenantId: "acme" };
    expect(await identify("application", { sub: "alice" })).toEqual(alice);
    expect(await identify("elsewhere", { sub: "alice" })).toBeUndefined();
    expect(await identify("application", {})).toBeUndefined();
  });
});
