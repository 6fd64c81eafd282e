import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { ConfigurationError } from "@rak-oauth/core";
import { jwtVerify } from "jose";
import { expect, it } from "vitest";
import { serviceAccountAssertion } from "../src/index.js";
import { ManualClock } from "./fixtures.js";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const account = {
  email: "agent@project.iam.example",
  privateKey: pem,
  scopes: ["calendar", "files"],
  tokenUrl: "https://as.example/token",
};

it("signs a fresh assertion at each call, good for an hour", async () => {
  const clock = new ManualClock();
  const assert = serviceAccountAssertion({ ...account, keyId: "k1", clock });
  const first = await assert();
  clock.advance(10_000);
  const second = await assert();
  for (const [assertion, issuedAt] of [
    [first, clock.now() / 1000 - 10],
    [second, clock.now() / 1000],
  ] as const) {
    const { payload, protectedHeader } = await jwtVerify(assertion.secret(), publicKey, {
      currentDate: new Date(clock.now()),
    });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
    expect(payload).toEqual({
      iss: account.email,
      scope: "calendar files",
      aud: account.tokenUrl,
      iat: issuedAt,
      exp: issuedAt + 3600,
    });
  }
  expect(inspect(first)).not.toContain(first.secret());
});

it("names the user it acts as", async () => {
  const assertion = await serviceAccountAssertion({ ...account, subject: "alice@example.com" })();
  const { payload } = await jwtVerify(assertion.secret(), publicKey);
  expect(payload.sub).toBe("alice@example.com");
});

it.each([
  ["nothing readable", "canary-key"],
  [
    "a key of another kind",
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  ],
])("EV-02 refuses %s before anything is sent", (_name, key) => {
  const make = () => serviceAccountAssertion({ ...account, privateKey: key });
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow("privateKey is no RSA private key");
  expect(make).not.toThrow("canary");
});
