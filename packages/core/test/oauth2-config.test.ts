import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { describe, expect, it } from "vitest";
import {
  ConfigurationError,
  defineOAuth2Config,
  isSecureUrl,
  type OAuth2ConfigInput,
  Secret,
} from "../src/index.js";

const minimal: OAuth2ConfigInput = {
  provider: "example",
  clientId: "client-1",
  clientSecret: "canary-client-secret",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
};

const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

function faultsOf(input: unknown): string {
  try {
    defineOAuth2Config(input as OAuth2ConfigInput);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    return (error as ConfigurationError).message;
  }
  throw new TypeError("The configuration was accepted.");
}

function faultsWith(change: Record<string, unknown>): string {
  return faultsOf({ ...minimal, ...change });
}

describe("defineOAuth2Config", () => {
  it("fills in defaults", () => {
    expect(defineOAuth2Config(minimal)).toMatchObject({
      displayName: "example",
      clientAuthentication: "client_secret_basic",
      flow: "authorization_code",
      scopes: [],
      usePkce: true,
      issParameterSupported: false,
      apiOrigins: [],
      allowInsecureLoopback: false,
      quirks: {},
    });
  });

  it("takes a client without a secret for a public one", () => {
    const config = defineOAuth2Config({ ...minimal, clientSecret: undefined });
    expect(config.clientAuthentication).toBe("none");
    expect(config.clientSecret).toBeUndefined();
  });

  it("keeps everything that was given, and its own copy of it", () => {
    const scopes = ["openid", "https://www.example.com/auth/calendar"];
    const given = {
      ...minimal,
      displayName: "Example",
      clientAuthentication: "client_secret_post",
      issuer: "https://login.example.com",
      revocationUrl: "https://login.example.com/revoke",
      userinfoUrl: "https://login.example.com/userinfo",
      jwksUrl: "https://login.example.com/jwks",
      redirectUri: "http://127.0.0.1:8080/oauth2/callback",
      flow: "refresh_token",
      usePkce: false,
      issParameterSupported: true,
      apiOrigins: ["https://api.example.com", "http://127.0.0.1:9000"],
      allowInsecureLoopback: true,
      quirks: {
        scopeSeparator: ",",
        authorizationParameters: { access_type: "offline" },
        defaultTokenType: "Bearer",
        defaultExpiresInSeconds: 3600,
        refreshReuseWindowSeconds: 30,
        omitScopeOnRefresh: false,
      },
    } as const;
    const config = defineOAuth2Config({ ...given, scopes });
    scopes.push("later");
    expect(config).toMatchObject({
      ...given,
      clientSecret: expect.any(Secret),
      scopes: ["openid", "https://www.example.com/auth/calendar"],
    });
    expect(config.clientSecret?.secret()).toBe("canary-client-secret");
  });

  it("takes the client secret as a Secret too", () => {
    const clientSecret = new Secret("canary");
    expect(defineOAuth2Config({ ...minimal, clientSecret }).clientSecret).toBe(clientSecret);
  });

  it("EV-01 shows the client secret nowhere", () => {
    const config = defineOAuth2Config(minimal);
    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(JSON.stringify(config)).not.toContain("canary");
  });

  it("cannot be changed afterwards", () => {
    const config = defineOAuth2Config(minimal);
    expect(() => Object.assign(config, { tokenUrl: "https://evil.example" })).toThrow(TypeError);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["provider", { provider: "Goo gle" }, 'provider is "Goo gle" and must be 1 to 64 lower-case'],
    ["provider", { provider: undefined }, "provider is missing: it must be a text."],
    ["clientId", { clientId: "" }, 'clientId is "" and must not be empty.'],
    ["clientId", { clientId: 7 }, "clientId is 7 and must be a text."],
    ["clientSecret", { clientSecret: 42 }, "clientSecret is of type number and must be a text"],
    [
      "clientSecret",
      { clientSecret: "" },
      "clientSecret is of type string and must be a text that is not empty.",
    ],
    [
      "clientAuthentication",
      { clientAuthentication: "basic" },
      'clientAuthentication is "basic" and must be "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth" or "none".',
    ],
    ["tokenUrl", { tokenUrl: "/token" }, 'tokenUrl is "/token" and must be an absolute URL.'],
    ["tokenUrl", { tokenUrl: "" }, 'tokenUrl is "" and must not be empty.'],
    ["authUrl", { authUrl: null }, "authUrl is null and must be a text."],
    ["issuer", { issuer: "login.example.com" }, "issuer is"],
    [
      "scopes",
      { scopes: "openid email" },
      'scopes is "openid email" and must be a list of scopes.',
    ],
    [
      "scopes.1",
      { scopes: ["openid", "a b"] },
      'scopes.1 is "a b" and must be one scope without spaces or quotes; write ["a", "b"] instead of ["a b"].',
    ],
    ["flow", { flow: "implicit" }, 'flow is "implicit" and must be "authorization_code", '],
    [
      "clientPrivateKey",
      { clientPrivateKey: "canary-key" },
      "clientPrivateKey cannot be read. Give an unencrypted private key, as PKCS #8 PEM or as a JSON Web Key.",
    ],
    [
      "clientPrivateKey",
      { clientPrivateKey: '{"kty":"canary"}' },
      "clientPrivateKey cannot be read.",
    ],
    [
      "resources.0",
      { resources: ["https://api.example.com/#part"] },
      'resources.0 is "https://api.example.com/#part" and must be an absolute URL without fragment',
    ],
    [
      "quirks.accessTokenExchange.tokenParameter",
      { quirks: { accessTokenExchange: { grantType: "x" } } },
      "quirks.accessTokenExchange.tokenParameter is missing: it must be a text.",
    ],
    ["usePkce", { usePkce: "yes" }, 'usePkce is "yes" and must be true or false.'],
    [
      "apiOrigins.0",
      { apiOrigins: ["https://api.example.com/v1"] },
      'apiOrigins.0 is "https://api.example.com/v1" and must be an origin: scheme and host without path',
    ],
    [
      "apiOrigins.0",
      { apiOrigins: ["api.example.com"] },
      'apiOrigins.0 is "api.example.com" and must be an absolute URL.',
    ],
    [
      "quirks.scopeSeparator",
      { quirks: { scopeSeparator: ";" } },
      'quirks.scopeSeparator is ";" and must be " " or ",".',
    ],
    [
      "quirks.refreshUrl",
      { quirks: { refreshUrl: "http://login.example.com/refresh" } },
      'quirks.refreshUrl is "http://login.example.com/refresh" and must use https.',
    ],
    [
      "quirks.revocationRequest.body",
      { quirks: { revocationRequest: { body: "xml" } } },
      'quirks.revocationRequest.body is "xml" and must be "form", "json" or "none".',
    ],
    [
      "quirks.defaultExpiresInSeconds",
      { quirks: { defaultExpiresInSeconds: 0.5 } },
      "quirks.defaultExpiresInSeconds is 0.5 and must be whole seconds.",
    ],
    [
      "quirks.defaultExpiresInSeconds",
      { quirks: { defaultExpiresInSeconds: -1 } },
      "quirks.defaultExpiresInSeconds is -1 and must be more than 0.",
    ],
    [
      "quirks.authorizationParameters.prompt",
      { quirks: { authorizationParameters: { prompt: 1 } } },
      "quirks.authorizationParameters.prompt is 1 and must be a text.",
    ],
    ["quirks", { quirks: "none" }, 'quirks is "none" and must be an object.'],
    ["a misspelt field", { clientID: "x" }, "clientID is not a known field. Remove it."],
    [
      "a misspelt quirk",
      { quirks: { scopeSeperator: "," } },
      "quirks.scopeSeperator is not a known field. Remove it.",
    ],
  ])("EV-02 says what is wrong with %s, and how to mend it: %o", (_field, change, sentence) => {
    const message = faultsWith(change);
    expect(message).toContain(sentence);
    expect(message).not.toContain("\n");
  });

  it("EV-02 names the provider and all faults at once", () => {
    const message = faultsWith({ clientId: "", tokenUrl: "token", scopes: ["a b"], colour: "red" });
    expect(message).toMatch(/^OAuth2 configuration for "example": /);
    for (const field of ["clientId is", "tokenUrl is", "scopes.0 is", "colour is not"]) {
      expect(message).toContain(field);
    }
  });

  it("EV-02 names contradictions, all at once", () => {
    const message = faultsWith({
      authUrl: undefined,
      clientSecret: undefined,
      clientAuthentication: "client_secret_post",
      tokenUrl: "http://login.example.com/token",
      redirectUri: "http://app.example.com/callback#top",
    });
    expect(message).toContain(
      'tokenUrl is "http://login.example.com/token" and must use https. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.',
    );
    expect(message).toContain('must have no fragment (RFC 6749 §3.1.2). Remove "#top".');
    expect(message).toContain("must use https, or http on 127.0.0.1 (RFC 8252 §7.3).");
    expect(message).toContain('authUrl is missing and flow is "authorization_code".');
    expect(message).toContain("clientSecret is missing and clientAuthentication is");
  });

  it("asks for a secret where only confidential clients are allowed", () => {
    expect(faultsWith({ flow: "client_credentials", clientSecret: undefined })).toContain(
      "Give the secret, or a private key.",
    );
  });

  it("asks for the endpoint that a flow starts at", () => {
    expect(faultsWith({ flow: "device_authorization" })).toContain(
      'deviceAuthorizationUrl is missing and flow is "device_authorization".',
    );
  });

  it("asks for what the client proves itself by", () => {
    const keyless = { clientSecret: undefined, clientAuthentication: "tls_client_auth" };
    expect(faultsWith(keyless)).toContain("clientPrivateKey is missing and");
    expect(faultsWith(keyless)).toContain("clientCertificate is missing and");
    const assertion = { clientAuthentication: "client_secret_jwt" };
    expect(faultsWith(assertion)).toContain("issuer is missing and clientAuthentication is");
    const quirks = { clientAssertionAudience: "token_endpoint" } as const;
    const config = { ...minimal, clientAuthentication: "client_secret_jwt", quirks } as const;
    expect(() => defineOAuth2Config(config)).not.toThrow();
  });

  it("chooses the client authentication by what is given", async () => {
    const issuer = "https://login.example.com";
    const rest = { ...minimal, clientSecret: undefined, clientPrivateKey: pem, issuer };
    expect(defineOAuth2Config(rest).clientAuthentication).toBe("private_key_jwt");
    const { certificate: clientCertificate, privateKey: clientPrivateKey } =
      await createSelfSignedCertificate("CN=agent");
    expect(
      defineOAuth2Config({ ...rest, clientPrivateKey, clientCertificate }).clientAuthentication,
    ).toBe("tls_client_auth");
  });

  it.each(["tls_client_auth", "private_key_jwt"])(
    "EV-02 refuses a certificate that cannot be read, or is another key's (%s)",
    async (clientAuthentication) => {
      const issuer = "https://login.example.com";
      const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
      const keyed = { issuer, clientAuthentication, clientPrivateKey: privateKey };
      expect(faultsWith({ ...keyed, clientCertificate: "-----BEGIN CERTIFICATE-----" })).toMatch(
        /^OAuth2 configuration for "example": clientCertificate cannot be read\. Give an X\.509 certificate as PEM,[^.]*\.$/,
      );
      const stranger = { ...keyed, clientPrivateKey: pem, clientCertificate: certificate };
      expect(faultsWith(stranger)).toMatch(
        /^OAuth2 configuration for "example": clientCertificate is not that of clientPrivateKey: /,
      );
      const rsa = await createSelfSignedCertificate("CN=agent", { keyType: "RSA" });
      expect(faultsWith({ ...keyed, clientCertificate: rsa.certificate })).toContain(
        "clientCertificate is not that of clientPrivateKey",
      );
    },
  );

  it("takes the first certificate of a chain for the client's own", async () => {
    const issuer = "https://login.example.com";
    const own = await createSelfSignedCertificate("CN=agent");
    const other = await createSelfSignedCertificate("CN=authority");
    const keyed = { ...minimal, issuer, clientPrivateKey: own.privateKey } as const;
    const chain = [own.certificate, other.certificate];
    expect(() =>
      defineOAuth2Config({ ...keyed, clientCertificate: chain.join("\n") }),
    ).not.toThrow();
    expect(faultsWith({ ...keyed, clientCertificate: chain.reverse().join("\n") })).toContain(
      "of a chain, the client's own certificate comes first",
    );
  });

  it("EV-01 shows the private key nowhere", () => {
    const issuer = "https://login.example.com";
    const config = defineOAuth2Config({ ...minimal, issuer, clientPrivateKey: pem });
    expect(config.clientPrivateKey?.secret()).toBe(pem);
    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain("PRIVATE KEY");
  });

  it.each([undefined, null, "canary-in-a-text", 7, 7n, true, ["canary"], () => "canary"])(
    "EV-02 refuses %o for a configuration",
    (input) => {
      expect(faultsOf(input)).toMatch(
        /^OAuth2 configuration: The configuration is .+ and must be an object\.$/,
      );
    },
  );

  it("EV-01 shows nothing of an object in a place where none belongs", () => {
    const stray = Object.assign({ clientSecret: "canary" }, { self: {} });
    stray.self = stray;
    for (const field of ["provider", "clientId", "clientSecret", "tokenUrl", "scopes", "flow"]) {
      expect(faultsWith({ [field]: stray })).toContain(`${field} is of type object`);
    }
    expect(faultsWith({ clientId: 10n })).toContain("clientId is of type bigint and");
    expect(faultsWith({ scopes: [["canary"]] })).toContain("scopes.0 is of type array");
  });

  it("shortens a long value", () => {
    expect(faultsWith({ tokenUrl: "x".repeat(5000) }).length).toBeLessThan(300);
  });

  it.each([
    "issuer",
    "authUrl",
    "pushedAuthorizationUrl",
    "tokenUrl",
    "deviceAuthorizationUrl",
    "revocationUrl",
    "introspectionUrl",
    "userinfoUrl",
    "jwksUrl",
  ])("AC-13 refuses plain http for %s, except to loopback by the explicit switch", (field) => {
    const loopback = { [field]: "http://127.0.0.1:9000/x" };
    expect(faultsWith(loopback)).toContain(`${field} is "http://127.0.0.1:9000/x" and must use`);
    expect(() =>
      defineOAuth2Config({ ...minimal, ...loopback, allowInsecureLoopback: true }),
    ).not.toThrow();
    expect(faultsWith({ [field]: "http://10.0.0.1/x", allowInsecureLoopback: true })).toContain(
      "must use https",
    );
    expect(faultsWith({ [field]: "javascript:alert(1)" })).toContain("must use https");
  });

  it("AC-13 refuses an API origin that would get tokens over plain http", () => {
    const apiOrigins = ["http://api.example.com"];
    expect(faultsWith({ apiOrigins })).toContain('apiOrigins.0 is "http://api.example.com" and');
  });

  it("takes an application's own scheme as redirect URI (RFC 8252 §7.1)", () => {
    const redirectUri = "com.example.app:/oauth2/callback";
    expect(defineOAuth2Config({ ...minimal, redirectUri }).redirectUri).toBe(redirectUri);
  });
});

describe("isSecureUrl", () => {
  it.each([
    ["https://example.com", false, true],
    ["https://example.com", true, true],
    ["http://example.com", true, false],
    ["http://127.0.0.1:1", false, false],
    ["http://127.0.0.1:1", true, true],
    ["http://localhost", true, true],
    ["http://[::1]:8080", true, true],
    ["http://0x7f.1", true, true],
    ["http://localhost.example.com", true, false],
    ["http://127.0.0.1.example.com", true, false],
    ["http://localhost@example.com", true, false],
    ["http://0.0.0.0", true, false],
    ["ftp://127.0.0.1", true, false],
  ])("%s with the loopback switch %s: %s", (address, allowInsecureLoopback, expected) => {
    expect(isSecureUrl(address, allowInsecureLoopback)).toBe(expected);
    expect(isSecureUrl(new URL(address), allowInsecureLoopback)).toBe(expected);
  });
});
