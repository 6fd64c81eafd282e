import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { readPrivateKey, Secret } from "../src/index.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

it("reads PKCS #8 PEM", () => {
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const read = readPrivateKey(new Secret(`\n${pem}\n`));
  expect(read?.key.equals(privateKey)).toBe(true);
  expect(read?.keyId).toBeUndefined();
});

it("reads a JSON Web Key and its identifier", () => {
  const jwk = JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "key-1" });
  const read = readPrivateKey(new Secret(jwk));
  expect(read?.key.equals(privateKey)).toBe(true);
  expect(read?.keyId).toBe("key-1");
});

it.each([
  ["a public key", publicKey.export({ type: "spki", format: "pem" }).toString()],
  ["a public JSON Web Key", JSON.stringify(publicKey.export({ format: "jwk" }))],
  ["broken JSON", '{"kty":"EC"'],
  ["anything else", "hunter2"],
])("reads nothing from %s", (_what, text) => {
  expect(readPrivateKey(new Secret(text))).toBeUndefined();
});
