import { generateKeyPairSync } from "node:crypto";
import { StoreUnavailableError } from "@rak-oauth/core";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { readClientPublicKey } from "../../src/api/client-public-key.js";
import { hashApiKey } from "../../src/api/index.js";
import { openApiWorld, publicUrl } from "./api-world.js";
import { type Claims, openSigningWorld } from "./signing-world.js";

const path = "/connections?userId=alice";

async function answerOf(response: Response) {
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: await response.text() };
}

describe("an API key", () => {
  it("opens the API, and nothing else does", async () => {
    const { ask, key } = await openApiWorld();
    expect((await ask("GET", path)).status).toBe(200);
    for (const bearer of ["", "x", key.slice(0, -1), `${key}x`, hashApiKey(key)]) {
      const { status } = await ask("GET", path, { bearer });
      expect(status, `${bearer.length} characters`).toBe(401);
    }
    const basic = { authorization: `Basic ${Buffer.from(`everything:${key}`).toString("base64")}` };
    expect((await ask("GET", path, { bearer: "", headers: basic })).status).toBe(401);
  });

  it("is asked for as RFC 6750 has it, before anything else is looked at", async () => {
    const { ask } = await openApiWorld();
    const response = await ask("POST", "/nowhere", { bearer: "", body: "x".repeat(100_000) });
    expect(await answerOf(response)).toEqual({
      status: 401,
      headers: {
        "cache-control": "no-store",
        "content-type": "application/problem+json",
        "www-authenticate": 'Bearer realm="RAK OAuth"',
        "x-content-type-options": "nosniff",
      },
      body: JSON.stringify({
        title: "Unauthorized",
        status: 401,
        detail:
          "This needs Authorization: Bearer with an API key, or an assertion that its client signed.",
      }),
    });
  });

  it("is not told apart from the name of an unknown client: all refusals are equal", async () => {
    const { openClient, ask } = await openSigningWorld();
    const refusals = await Promise.all(
      [
        "rak_oauth_unknown",
        "a.b.c",
        await openClient.sign({ iss: "unknown", sub: "unknown" }),
        await openClient.sign({ aud: "https://elsewhere.example" }),
        await openClient.sign({}, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
      ].map(async (bearer) => answerOf(await ask("GET", path, { bearer }))),
    );
    expect(refusals[0]?.headers["www-authenticate"]).toContain('error="invalid_token"');
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
  });
});

describe("a client assertion", () => {
  it("opens the API once", async () => {
    const { ask, openClient } = await openSigningWorld();
    const bearer = await openClient.sign();
    expect((await ask("GET", path, { bearer })).status).toBe(200);
    expect((await ask("GET", path, { bearer })).status).toBe(401);
    expect((await ask("GET", path, { bearer: await openClient.sign() })).status).toBe(200);
  });

  it("may be used for five minutes and no longer, and is forgotten after", async () => {
    const { ask, openClient, time } = await openSigningWorld();
    const jti = "the same";
    const soon = { jti, exp: time.now() / 1000 + 300 };
    const bearer = await openClient.sign(soon);
    time.advance(290_000);
    expect((await ask("GET", path, { bearer })).status).toBe(200);
    time.advance(20_000);
    expect((await ask("GET", path, { bearer })).status).toBe(401);
    const next = await openClient.sign({ jti, exp: time.now() / 1000 + 300 });
    expect((await ask("GET", path, { bearer: next })).status).toBe(200);
  });

  it("of a lifetime in fractions of a second opens the API once, to its very end", async () => {
    const { ask, openClient, time } = await openSigningWorld();
    const bearer = await openClient.sign({ exp: time.now() / 1000 + 10.5 });
    expect((await ask("GET", path, { bearer })).status).toBe(200);
    // Clocks may be 5 seconds apart, and its last second counts as a whole one.
    time.advance(15_700);
    expect((await ask("GET", path, { bearer })).status).toBe(401);
  });

  it.each<[string, Claims]>([
    ["is for somebody else", { aud: "https://elsewhere.example" }],
    ["is for others too", { aud: [publicUrl, "https://elsewhere.example"] }],
    ["is of another subject", { sub: "everything" }],
    ["is of another issuer", { iss: "everything" }],
    ["never expires", { exp: undefined }],
    ["expires late", { exp: Date.UTC(2026, 0, 1) / 1000 + 3600 }],
    ["has expired", { exp: Date.UTC(2026, 0, 1) / 1000 - 60 }],
    ["is not yet good", { nbf: Date.UTC(2026, 0, 1) / 1000 + 60 }],
    ["has no identifier", { jti: undefined }],
    ["has an empty identifier", { jti: "" }],
  ])("is refused when it %s", async (_name, claims) => {
    const { ask, openClient } = await openSigningWorld();
    expect((await ask("GET", path, { bearer: await openClient.sign(claims) })).status).toBe(401);
  });

  it("is refused without a signature, or with one that its key is not for", async () => {
    const { ask, openClient } = await openSigningWorld();
    const [, claims] = (await openClient.sign()).split(".");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    expect((await ask("GET", path, { bearer: `${unsigned}.${claims}.AA` })).status).toBe(401);
    // The public key, taken for a shared secret.
    const shared = await new SignJWT(openClient.claims())
      .setProtectedHeader({ alg: "HS256" })
      .sign(openClient.publicKey.export({ type: "spki", format: "der" }));
    expect((await ask("GET", path, { bearer: shared })).status).toBe(401);
  });
});

describe("a client assertion that others may have seen", () => {
  it("opens nothing while nobody can tell whether it was used", async () => {
    const use = () => Promise.reject(new StoreUnavailableError("The database is away."));
    const { ask, openClient } = await openSigningWorld({ usedAssertions: { use } });
    const response = await ask("GET", path, { bearer: await openClient.sign() });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});

describe("a public key", () => {
  it.each([
    ["P-256", generateKeyPairSync("ec", { namedCurve: "P-256" }), ["ES256"]],
    ["P-384", generateKeyPairSync("ec", { namedCurve: "P-384" }), ["ES384"]],
    ["Ed25519", generateKeyPairSync("ed25519"), ["EdDSA", "Ed25519"]],
  ] as const)("on %s fixes its algorithm", (_name, { publicKey }, algorithms) => {
    expect(readClientPublicKey(publicKey.export({ format: "jwk" })).algorithms).toEqual(algorithms);
  });

  it("keeps to the algorithm it names", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = publicKey.export({ format: "jwk" });
    expect(readClientPublicKey({ ...jwk, alg: "PS256" }).algorithms).toEqual(["PS256"]);
    expect(() => readClientPublicKey({ ...jwk, alg: "HS256" })).toThrow(/alg that fits/);
  });

  it("is refused when it is short, private, shared or none", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    expect(() => readClientPublicKey(short.export({ format: "jwk" }))).toThrow(/2048 bits/);
    const { privateKey } = generateKeyPairSync("ed25519");
    expect(() => readClientPublicKey(privateKey.export({ format: "jwk" }))).toThrow(/private/);
    expect(() => readClientPublicKey({ kty: "oct", k: "canary" })).toThrow(/shared/);
    expect(() => readClientPublicKey({ kty: "EC" })).toThrow(/no public JSON Web Key/);
  });
});
