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

it("reads a JSON Web Key, its identifier and its algorithm", () => {
  const described = { ...privateKey.export({ format: "jwk" }), kid: "key-1", alg: "ES256" };
  const read = readPrivateKey(new Secret(JSON.stringify(described)));
  expect(read?.key.equals(privateKey)).toBe(true);
  expect(read).toMatchObject({ keyId: "key-1", algorithm: "ES256" });
});

it.each([
  ["a public key", publicKey.export({ type: "spki", format: "pem" }).toString()],
  ["a public JSON Web Key", JSON.stringify(publicKey.export({ format: "jwk" }))],
  ["broken JSON", '{"kty":"EC"'],
  ["anything else", "hunter2"],
])("reads nothing from %s", (_what, text) => {
  expect(readPrivateKey(new Secret(text))).toBeUndefined();
});
