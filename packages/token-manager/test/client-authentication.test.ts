import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { ConfigurationError } from "@rak-oauth/core";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { issued } from "./fixtures.js";
import { addresses, InstantTime, type SeenRequest, useProviderServer } from "./provider-server.js";

const server = useProviderServer();
const issuer = "https://as.example";
const pem = { type: "pkcs8", format: "pem" } as const;
const keyPairs = {
  "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "P-384": generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "P-521": generateKeyPairSync("ec", { namedCurve: "P-521" }),
  RSA: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  Ed25519: generateKeyPairSync("ed25519"),
};
const signed = {
  issuer,
  clientSecret: undefined,
  clientAuthentication: "private_key_jwt",
  clientPrivateKey: keyPairs["P-256"].privateKey.export(pem).toString(),
} as const;

function assertionOf(request: SeenRequest | undefined): string {
  expect(request?.form.get("client_assertion_type")).toBe(
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  );
  expect(request?.headers.has("authorization")).toBe(false);
  expect(request?.form.has("client_secret")).toBe(false);
  return request?.form.get("client_assertion") ?? "";
}

describe("client assertions", () => {
  it.each([
    ["P-256", "ES256"],
    ["P-384", "ES384"],
    ["P-521", "ES512"],
    ["RSA", "RS256"],
    ["Ed25519", "EdDSA"],
  ] as const)(
    "TR-10 names the issuer as audience and signs with a %s key by %s",
    async (kind, alg) => {
      const { privateKey, publicKey } = keyPairs[kind];
      const clientPrivateKey = privateKey.export(pem).toString();
      await server.endpoint({ ...signed, clientPrivateKey }).requestClientCredentials();
      const assertion = assertionOf(server.seen[0]);
      const { payload, protectedHeader } = await jwtVerify(assertion, publicKey);
      expect(protectedHeader).toEqual({ alg });
      expect(payload).toMatchObject({ aud: issuer, iss: "agent", sub: "agent" });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(60);
    },
  );

  it("TR-10 signs with the secret, for the issuer alone", async () => {
    const endpoint = server.endpoint({ issuer, clientAuthentication: "client_secret_jwt" });
    await endpoint.requestClientCredentials();
    const { payload } = await jwtVerify(assertionOf(server.seen[0]), Buffer.from("s3cr3t"));
    expect(payload).toMatchObject({ aud: issuer, iss: "agent", sub: "agent" });
  });

  it.each(["private_key_jwt", "client_secret_jwt"] as const)(
    "TR-10 names the token endpoint only where the provider wants that (%s)",
    async (clientAuthentication) => {
      const quirks = { clientAssertionAudience: "token_endpoint" } as const;
      const endpoint = server.endpoint({
        ...signed,
        clientSecret: "s",
        clientAuthentication,
        quirks,
      });
      await endpoint.requestClientCredentials();
      expect(decodeJwt(assertionOf(server.seen[0])).aud).toBe(addresses.tokenUrl);
    },
  );

  it("believes a JSON Web Key's identifier and algorithm, and the configuration's identifier first", async () => {
    const jwk = { ...keyPairs.RSA.privateKey.export({ format: "jwk" }), kid: "k1", alg: "PS256" };
    const clientPrivateKey = JSON.stringify(jwk);
    await server.endpoint({ ...signed, clientPrivateKey }).requestClientCredentials();
    const clientKeyId = "k2";
    await server.endpoint({ ...signed, clientPrivateKey, clientKeyId }).requestClientCredentials();
    expect(server.seen.map((request) => decodeProtectedHeader(assertionOf(request)))).toEqual([
      { alg: "PS256", kid: "k1" },
      { alg: "PS256", kid: "k2" },
    ]);
  });

  it.each([
    ["RSA", "PS256"],
    ["P-256", "ES256"],
  ] as const)(
    "names the certificate of a key of type %s by its thumbprints, and signs by %s",
    async (keyType, alg) => {
      const { certificate, privateKey } = await createSelfSignedCertificate("CN=a", { keyType });
      const authority = await createSelfSignedCertificate("CN=authority");
      const clientCertificate = `${certificate}\n${authority.certificate}`;
      const keyed = { ...signed, clientPrivateKey: privateKey, clientCertificate };
      await server.endpoint(keyed).requestClientCredentials();
      const { publicKey, raw } = new X509Certificate(certificate);
      const { protectedHeader } = await jwtVerify(assertionOf(server.seen[0]), publicKey);
      expect(protectedHeader).toEqual({
        alg,
        typ: "JWT",
        "x5t#S256": createHash("sha256").update(raw).digest("base64url"),
        x5t: createHash("sha1").update(raw).digest("base64url"),
      });
    },
  );

  it("believes the algorithm of a JSON Web Key that has a certificate too", async () => {
    const { certificate, privateKey } = await createSelfSignedCertificate("CN=a", {
      keyType: "RSA",
    });
    const jwk = { ...createPrivateKey(privateKey).export({ format: "jwk" }), alg: "RS256" };
    const keyed = { clientPrivateKey: JSON.stringify(jwk), clientCertificate: certificate };
    await server.endpoint({ ...signed, ...keyed }).requestClientCredentials();
    const { publicKey } = new X509Certificate(certificate);
    const { protectedHeader } = await jwtVerify(assertionOf(server.seen[0]), publicKey);
    expect(protectedHeader.alg).toBe("RS256");
  });

  it("is a new one for each request", async () => {
    const endpoint = server.endpoint(signed);
    await endpoint.requestClientCredentials();
    await endpoint.requestClientCredentials();
    const ids = server.seen.map((request) => decodeJwt(assertionOf(request)).jti);
    expect(new Set(ids).size).toBe(2);
  });

  it("authenticates revocation, introspection and device authorization in the same way", async () => {
    const endpoint = server.endpoint(signed);
    const { accessToken } = issued(new InstantTime());
    await endpoint.revoke(accessToken, "access_token");
    await endpoint.introspect(accessToken);
    await endpoint.startDeviceAuthorization().catch(() => undefined);
    expect(server.seen.map(({ url }) => url)).toEqual([
      addresses.revocationUrl,
      addresses.introspectionUrl,
      addresses.deviceAuthorizationUrl,
    ]);
    for (const request of server.seen) {
      expect(decodeJwt(assertionOf(request)).aud).toBe(issuer);
    }
  });

  it.each([
    [
      "of a kind that signs nothing",
      generateKeyPairSync("x25519").privateKey.export(pem).toString(),
      "of type x25519",
    ],
    [
      "whose alg is not its own",
      JSON.stringify({ ...keyPairs["P-256"].privateKey.export({ format: "jwk" }), alg: "RS256" }),
      'has alg "RS256", and such a key signs with ES256',
    ],
  ])("EV-02 refuses a key %s when the endpoint is made", (_name, clientPrivateKey, words) => {
    const make = () => server.endpoint({ ...signed, clientPrivateKey });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(words);
  });
});
