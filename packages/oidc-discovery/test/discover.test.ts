import { inspect } from "node:util";
import { ConfigurationError, isOAuth2Error, type OAuth2Error } from "@rak-oauth/core";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DiscoverOptions, discover, MetadataCache } from "../src/index.js";

const issuer = "https://login.example.com";
const wellKnown = `${issuer}/.well-known/openid-configuration`;
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  authorization_response_iss_parameter_supported: true,
};
const registration: DiscoverOptions = {
  provider: "example",
  clientId: "client-1",
  clientSecret: "canary-client-secret",
};

const { certificate: clientCertificate, privateKey: clientPrivateKey } =
  await createSelfSignedCertificate("CN=agent");

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function serve(change: Record<string, unknown>, address = wellKnown): void {
  server.use(http.get(address, () => HttpResponse.json({ ...metadata, ...change })));
}

async function refusal(
  at: string | URL = issuer,
  options: DiscoverOptions = registration,
): Promise<OAuth2Error> {
  const error = await discover(at, options).catch((reason: unknown) => reason);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  if (!isOAuth2Error(error)) throw new TypeError(`Not refused: ${inspect(error)}`);
  return error;
}

describe("discover", () => {
  it("joins the server's endpoints with the registration", async () => {
    serve({});
    const config = await discover(issuer, {
      ...registration,
      displayName: "Example",
      redirectUri: "https://app.example.com/oauth2/callback",
      scopes: ["openid", "calendar.read"],
      apiOrigins: ["https://api.example.com"],
    });
    expect(config).toMatchObject({
      provider: "example",
      displayName: "Example",
      clientId: "client-1",
      issuer,
      authUrl: `${issuer}/authorize`,
      tokenUrl: `${issuer}/token`,
      revocationUrl: `${issuer}/revoke`,
      userinfoUrl: `${issuer}/userinfo`,
      jwksUrl: `${issuer}/jwks`,
      redirectUri: "https://app.example.com/oauth2/callback",
      scopes: ["openid", "calendar.read"],
      apiOrigins: ["https://api.example.com"],
      flow: "authorization_code",
      issParameterSupported: true,
      allowInsecureLoopback: false,
      quirks: {},
    });
    expect(config.clientSecret?.secret()).toBe("canary-client-secret");
    expect(config).not.toHaveProperty("algorithm");
    expect(config).not.toHaveProperty("timeoutMs");
  });

  it("sends one request, which holds nothing of the registration", async () => {
    const requests: Request[] = [];
    server.use(
      http.get(wellKnown, ({ request }) => {
        requests.push(request);
        return HttpResponse.json(metadata);
      }),
    );
    await discover(new URL(issuer), registration);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.headers.get("authorization")).toBeNull();
    expect(request?.headers.get("accept")).toBe("application/json");
    expect(request?.url).toBe(wellKnown);
  });

  it("takes only what is there", async () => {
    server.use(
      http.get(wellKnown, () =>
        HttpResponse.json({
          issuer,
          token_endpoint: `${issuer}/token`,
          revocation_endpoint: null,
          authorization_response_iss_parameter_supported: "true",
        }),
      ),
    );
    expect(await discover(issuer, { ...registration, flow: "client_credentials" })).toMatchObject({
      authUrl: undefined,
      revocationUrl: undefined,
      userinfoUrl: undefined,
      jwksUrl: undefined,
      issParameterSupported: false,
    });
  });

  it("finds the metadata of an issuer with a path, by either standard", async () => {
    const realm = `${issuer}/realms/one`;
    serve({ issuer: realm }, `${realm}/.well-known/openid-configuration`);
    expect((await discover(realm, registration)).issuer).toBe(realm);
    serve({ issuer: realm }, `${issuer}/.well-known/oauth-authorization-server/realms/one`);
    expect((await discover(realm, { ...registration, algorithm: "oauth2" })).issuer).toBe(realm);
  });

  it.each([
    `${issuer}/.well-known/oauth-authorization-server/realms/one`,
    `${issuer}/.well-known/openid-configuration/realms/one`,
    `${issuer}/realms/one/.well-known/openid-configuration`,
    `${issuer}/realms/one/.well-known/oauth-authorization-server`,
  ])("finds it with algorithm any at %s", async (address) => {
    const realm = `${issuer}/realms/one`;
    // What servers say of addresses they do not know: nothing, a page, the way to their sign-in.
    const elsewhere = [
      () => new HttpResponse(null, { status: 404 }),
      () => HttpResponse.html("<html></html>"),
      () => new HttpResponse(null, { status: 302, headers: { location: "/login" } }),
    ];
    let asked = 0;
    server.use(
      http.get(address, () => HttpResponse.json({ ...metadata, issuer: realm })),
      http.get(`${issuer}/*`, ({ request }) => {
        if (request.url === address) return undefined;
        asked += 1;
        return elsewhere[(asked - 1) % elsewhere.length]?.();
      }),
    );
    expect((await discover(realm, { ...registration, algorithm: "any" })).issuer).toBe(realm);
  });

  it("names every address where it found nothing, and stops where a server is busy", async () => {
    server.use(http.get(`${issuer}/*`, () => new HttpResponse(null, { status: 404 })));
    const { message } = await refusal(issuer, { ...registration, algorithm: "any" });
    expect(message).toContain(
      `no metadata at any of ${issuer}/.well-known/oauth-authorization-server, ${wellKnown}.`,
    );
    server.use(http.get(`${issuer}/*`, () => new HttpResponse(null, { status: 503 })));
    const busy = await refusal(issuer, { ...registration, algorithm: "any" });
    expect(busy.message).toContain("/.well-known/oauth-authorization-server answered HTTP 503");
  });

  it("keeps the issuer as the server writes it, for exact comparisons", async () => {
    serve({ issuer: `${issuer}/` });
    expect((await discover(issuer, registration)).issuer).toBe(`${issuer}/`);
  });

  it("uses the fetch it is given", async () => {
    const addresses: string[] = [];
    await discover(issuer, {
      ...registration,
      fetch: async (address) => {
        addresses.push(String(address));
        return Response.json(metadata);
      },
    });
    expect(addresses).toEqual([wellKnown]);
  });

  it.each([
    ["S256", { code_challenge_methods_supported: ["S256"] }],
    ["nothing", {}],
    ["only plain", { code_challenge_methods_supported: ["plain"] }],
  ])("AC-09 uses PKCE where the server advertises %s", async (_what, change) => {
    serve(change);
    expect((await discover(issuer, registration)).usePkce).toBe(true);
  });
});

describe("client authentication", () => {
  it("takes the endpoints for devices and introspection", async () => {
    serve({
      device_authorization_endpoint: `${issuer}/device`,
      introspection_endpoint: `${issuer}/introspect`,
    });
    const config = await discover(issuer, { ...registration, flow: "device_authorization" });
    expect(config).toMatchObject({
      deviceAuthorizationUrl: `${issuer}/device`,
      introspectionUrl: `${issuer}/introspect`,
    });
  });

  it("says that the server knows no devices when the flow needs them", async () => {
    serve({});
    const { message } = await refusal(issuer, { ...registration, flow: "device_authorization" });
    expect(message).toContain("deviceAuthorizationUrl is missing");
  });

  it.each([
    ["tls_client_auth", { clientPrivateKey, clientCertificate }, undefined],
    [
      "self_signed_tls_client_auth",
      { clientPrivateKey, clientCertificate },
      ["private_key_jwt", "self_signed_tls_client_auth"],
    ],
    ["private_key_jwt", { clientPrivateKey, clientCertificate }, ["private_key_jwt"]],
    ["private_key_jwt", { clientPrivateKey }, undefined],
    ["client_secret_jwt", { clientSecret: "s" }, ["client_secret_jwt"]],
    ["client_secret_post", { clientSecret: "s", clientPrivateKey }, ["client_secret_post"]],
    ["none", {}, ["private_key_jwt"]],
  ])("chooses %s by what there is and what the server takes", async (chosen, proof, supported) => {
    serve({ token_endpoint_auth_methods_supported: supported });
    const config = await discover(issuer, { ...registration, clientSecret: undefined, ...proof });
    expect(config.clientAuthentication).toBe(chosen);
  });

  it("says what the server takes instead of a private key", async () => {
    serve({ token_endpoint_auth_methods_supported: ["client_secret_basic"] });
    const keyed = { ...registration, clientSecret: undefined, clientPrivateKey };
    expect((await refusal(issuer, keyed)).message).toContain("accepts no private key");
  });

  it("shows a certificate where the server asks for one, and only then", async () => {
    const mtls = "https://mtls.login.example.com";
    serve({
      introspection_endpoint: `${issuer}/introspect`,
      device_authorization_endpoint: `${issuer}/device`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      mtls_endpoint_aliases: {
        pushed_authorization_request_endpoint: `${mtls}/par`,
        token_endpoint: `${mtls}/token`,
        revocation_endpoint: `${mtls}/revoke`,
        introspection_endpoint: `${mtls}/introspect`,
        device_authorization_endpoint: `${mtls}/device`,
      },
    });
    const keyed = { ...registration, clientSecret: undefined, clientPrivateKey, clientCertificate };
    expect(await discover(issuer, keyed)).toMatchObject({
      issuer,
      authUrl: `${issuer}/authorize`,
      pushedAuthorizationUrl: `${mtls}/par`,
      tokenUrl: `${mtls}/token`,
      revocationUrl: `${mtls}/revoke`,
      introspectionUrl: `${mtls}/introspect`,
      deviceAuthorizationUrl: `${mtls}/device`,
      userinfoUrl: `${issuer}/userinfo`,
    });
    expect(await discover(issuer, registration)).toMatchObject({
      tokenUrl: `${issuer}/token`,
      pushedAuthorizationUrl: `${issuer}/par`,
    });
  });

  it.each([
    ["client_secret_basic", undefined],
    ["client_secret_basic", null],
    ["client_secret_basic", ["client_secret_post", "client_secret_basic"]],
    ["client_secret_post", ["private_key_jwt", "client_secret_post"]],
  ])("is %s where the server accepts %j", async (expected, supported) => {
    serve({ token_endpoint_auth_methods_supported: supported });
    expect((await discover(issuer, registration)).clientAuthentication).toBe(expected);
  });

  it("is none without a secret, and what was asked for where it was", async () => {
    serve({ token_endpoint_auth_methods_supported: ["private_key_jwt"] });
    const { clientSecret: _, ...publicClient } = registration;
    expect((await discover(issuer, publicClient)).clientAuthentication).toBe("none");
    const asked = { ...registration, clientAuthentication: "client_secret_post" } as const;
    expect((await discover(issuer, asked)).clientAuthentication).toBe("client_secret_post");
  });

  it("names what the server accepts when no secret will do", async () => {
    serve({ token_endpoint_auth_methods_supported: ["private_key_jwt"] });
    const { code, message } = await refusal();
    expect(code).toBe("discovery_failed");
    expect(message).toContain('accepts no client secret at its token endpoint, only ["private_key');
  });
});

describe("refusing", () => {
  it.each([
    ["another host", "https://evil.example"],
    ["another path", `${issuer}/other`],
    ["another scheme", "http://login.example.com"],
    ["a longer host", `${issuer}.evil.example`],
  ])("DI-01 stops at an issuer of %s", async (_what, other) => {
    serve({ issuer: other });
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toBe(
      `Discovery of ${issuer}/ failed: its metadata is of another issuer, ${JSON.stringify(other)}. If that is right, discover it by that name.`,
    );
  });

  it("DI-01 knows a shared Microsoft tenant's template, and takes it for no issuer", async () => {
    const microsoft = "https://login.microsoftonline.com";
    const address = `${microsoft}/common/v2.0/.well-known/openid-configuration`;
    serve({ issuer: `${microsoft}/{tenantid}/v2.0` }, address);
    const config = await discover(`${microsoft}/common/v2.0`, registration);
    expect(config.issuer).toBeUndefined();
    expect(config.tokenUrl).toBe(metadata.token_endpoint);
  });

  it("DI-01 knows a Microsoft tenant by its domain and by its id, and no other path", async () => {
    const microsoft = "https://login.microsoftonline.com";
    const id = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    const address = `${microsoft}/contoso.com/v2.0/.well-known/openid-configuration`;
    serve({ issuer: `${microsoft}/${id}/v2.0` }, address);
    const config = await discover(`${microsoft}/contoso.com/v2.0`, registration);
    expect(config.issuer).toBe(`${microsoft}/${id}/v2.0`);
    serve({ issuer: `${microsoft}/${id}/v1.0` }, address);
    expect((await refusal(`${microsoft}/contoso.com/v2.0`)).message).toContain("another issuer");
    const customers = "https://contoso.b2clogin.com";
    const policy = `${customers}/contoso.onmicrosoft.com/B2C_1_signin/v2.0`;
    serve({ issuer: `${customers}/${id}/v2.0/` }, `${policy}/.well-known/openid-configuration`);
    expect((await discover(policy, registration)).issuer).toBe(`${customers}/${id}/v2.0/`);
  });

  it("DI-01 lets no other host through in Microsoft's name", async () => {
    const microsoft = "https://login.microsoftonline.com";
    serve(
      { issuer: "https://sts.windows.net/contoso/" },
      `${microsoft}/contoso/.well-known/openid-configuration`,
    );
    const error = await refusal(`${microsoft}/contoso`);
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain("another issuer");
  });

  it.each([
    ["http://login.example.com", false],
    ["http://login.example.com", true],
    ["http://127.0.0.1:9000", false],
    ["ftp://login.example.com", true],
  ])("DI-02 refuses the issuer %s with the loopback switch %s", async (at, allow) => {
    const error = await refusal(at, { ...registration, allowInsecureLoopback: allow });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`issuer is ${JSON.stringify(at)} and must use https`);
  });

  it.each([
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
  ])("DI-02 refuses metadata whose %s is not https", async (field) => {
    serve({ [field]: "http://login.example.com/x" });
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain('is "http://login.example.com/x" and must use https');
  });

  it.each<[string, string]>([
    ["login.example.com", "must be an absolute URL"],
    ["", "must be an absolute URL"],
    [`${issuer}/?tenant=1`, "must have no query or fragment"],
    [`${issuer}/#top`, "must have no query or fragment"],
    [wellKnown, 'leave "/.well-known/…" out'],
    ["https://alice:canary@login.example.com", "must hold no user name or password"],
  ])("EV-02 refuses the issuer %j before anything is sent", async (at, sentence) => {
    const error = await refusal(at);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(sentence);
  });

  it("EV-02 refuses a faulty registration before anything is sent", async () => {
    const error = await refusal(issuer, { ...registration, clientId: "", scopes: ["a b"] });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain("clientId is");
    expect(error.message).toContain("scopes.0 is");
    const missing = await refusal(issuer, null as unknown as DiscoverOptions);
    expect(missing.message).toContain("clientId is missing");
    const issuerless = await refusal(null as unknown as string);
    expect(issuerless.message).toContain("issuer is null and must be an absolute URL");
  });

  it.each([
    ["no token endpoint", { token_endpoint: undefined }, "tokenUrl is missing"],
    ["no authorization endpoint", { authorization_endpoint: null }, "authUrl is missing"],
    ["an endpoint that is no text", { token_endpoint: { a: 1 } }, "tokenUrl is of type object"],
    ["an endpoint that is no address", { jwks_uri: "/jwks" }, 'jwksUrl is "/jwks" and must be'],
  ])("refuses metadata with %s", async (_what, change, sentence) => {
    serve(change);
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain(`Discovery of ${issuer}/ failed: its metadata cannot be used.`);
    expect(error.message).toContain(sentence);
  });

  it.each([
    ["authorization_response_iss_parameter_supported", "RFC 9207"],
    ["pushed_authorization_request_endpoint", "RFC 9126"],
  ])(
    'EV-02 with profile "fapi2" says that the server lacks %s, and whom to ask',
    async (lacks, standard) => {
      const bank = { pushed_authorization_request_endpoint: `${issuer}/par` };
      const options = {
        provider: "bank",
        clientId: "c",
        clientPrivateKey,
        profile: "fapi2",
      } as const;
      serve(bank);
      expect((await discover(issuer, options)).profile).toBe("fapi2");
      serve({ ...bank, [lacks]: undefined });
      const error = await refusal(issuer, { ...options, cache: new MetadataCache() });
      expect(error.code).toBe("discovery_failed");
      expect(error.message).toContain(
        `(${lacks}, ${standard}), and profile "fapi2" asks for that.`,
      );
      expect(error.message).toMatch(/Ask the server's operator for it .* or leave profile out\.$/);
      // What nobody has set, nobody can leave out or give.
      expect(error.message).not.toMatch(/issParameterSupported|pushedAuthorizationUrl/);
    },
  );

  it.each([
    ["HTML", "<html>canary</html>"],
    ["truncated JSON", '{"issuer":"https://login.example.com","canary'],
    ["a list", "[]"],
    ["null", "null"],
    ["no issuer", '{"canary":1}'],
    ["an issuer that is no text", '{"issuer":7}'],
    ["an issuer that is no address", '{"issuer":"canary"}'],
    ["nothing", ""],
  ])("refuses %s without repeating it", async (_what, body) => {
    server.use(http.get(wellKnown, () => new HttpResponse(body)));
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain("is not the metadata of an authorization server");
    expect(error.cause).toBeUndefined();
  });

  it.each([
    [404, 'may need algorithm: "oauth2"'],
    [401, "Check the issuer"],
    [204, "Check the issuer"],
    [503, "Try again later."],
    [429, "Try again later."],
  ])("says what to do about HTTP %i", async (status, sentence) => {
    server.use(http.get(wellKnown, () => new HttpResponse(null, { status })));
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain(`${wellKnown} answered HTTP ${status}`);
    expect(error.message).toContain(sentence);
  });

  it.each([301, 302, 307, 308])("does not follow a redirect (%i)", async (status) => {
    server.use(
      http.get(
        wellKnown,
        () => new HttpResponse(null, { status, headers: { location: "http://169.254.169.254/" } }),
      ),
    );
    const error = await refusal();
    expect(error.message).toContain(`answered HTTP ${status}, and redirects are not followed.`);
  });

  it("names the address when nobody answers", async () => {
    server.use(http.get(wellKnown, () => HttpResponse.error()));
    const error = await refusal();
    expect(error.code).toBe("discovery_failed");
    expect(error.message).toContain(`${wellKnown} could not be read`);
  });
});
