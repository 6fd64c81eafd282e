import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { describe, expect, it } from "vitest";
import { defineOAuth2Config, type OAuth2ConfigInput } from "../src/index.js";

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const ecKey = (namedCurve: string) => pem(generateKeyPairSync("ec", { namedCurve }).privateKey);

function bank(overrides: Partial<OAuth2ConfigInput> = {}) {
  return defineOAuth2Config({
    provider: "bank",
    clientId: "agent",
    clientPrivateKey: ecKey("P-256"),
    issuer: "https://bank.example",
    authUrl: "https://bank.example/authorize",
    pushedAuthorizationUrl: "https://bank.example/par",
    tokenUrl: "https://bank.example/token",
    redirectUri: "https://agent.example/callback",
    profile: "fapi2",
    ...overrides,
  });
}

describe('profile "fapi2"', () => {
  it("turns on what the profile asks for", () => {
    expect(bank()).toMatchObject({
      clientAuthentication: "private_key_jwt",
      useDpop: true,
      issParameterSupported: true,
      usePkce: true,
    });
  });

  it("leaves DPoP off where a certificate binds the tokens", async () => {
    const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
    const config = bank({
      clientAuthentication: "tls_client_auth",
      clientCertificate: certificate,
      clientPrivateKey: privateKey,
    });
    expect(config.useDpop).toBe(false);
  });

  it.each<[string, Partial<OAuth2ConfigInput>]>([
    ["clientAuthentication", { clientSecret: "s", clientPrivateKey: undefined }],
    ["useDpop", { useDpop: false }],
    ["usePkce", { usePkce: false }],
    ["issuer", { issuer: undefined, quirks: { clientAssertionAudience: "token_endpoint" } }],
    ["quirks.clientAssertionAudience", { quirks: { clientAssertionAudience: "token_endpoint" } }],
    ["pushedAuthorizationUrl", { pushedAuthorizationUrl: undefined }],
    ["issParameterSupported", { issParameterSupported: false }],
    [
      "flow",
      { flow: "device_authorization", deviceAuthorizationUrl: "https://bank.example/device" },
    ],
    ["clientPrivateKey", { clientPrivateKey: ecKey("P-384") }],
    [
      "clientPrivateKey",
      { clientPrivateKey: pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey) },
    ],
  ])("EV-02 refuses a weaker %s", (field, weaker) => {
    expect(() => bank(weaker)).toThrow(
      new RegExp(`${field.replace(".", "\\.")} .*profile "fapi2"`),
    );
  });

  it("EV-02 tells all weak points at once", () => {
    const weak = { useDpop: false, usePkce: false, pushedAuthorizationUrl: undefined };
    expect(() => bank(weak)).toThrow(/useDpop.*pushedAuthorizationUrl.*usePkce/);
  });
});
