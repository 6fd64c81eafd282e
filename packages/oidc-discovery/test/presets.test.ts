import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { ConfigurationError, type OAuth2Config, Secret } from "@rak-oauth/core";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { describe, expect, it } from "vitest";
import * as discovery from "../src/index.js";
import {
  facebook,
  fromPreset,
  github,
  google,
  googlePreset,
  googleServiceAccount,
  type MicrosoftOptions,
  microsoft,
  microsoftPreset,
  type PresetRegistration,
  type ProviderPreset,
  slack,
  zoom,
} from "../src/index.js";

const registration: PresetRegistration = {
  clientId: "client-1",
  clientSecret: "canary-client-secret",
  redirectUri: "https://app.example.com/oauth2/callback",
};

const presets = Object.entries(discovery).filter(
  (entry): entry is [string, ProviderPreset] =>
    entry[0].endsWith("Preset") && typeof entry[1] === "object",
);

/** A value for each variable, as options of the preset's function. */
function examplesOf({ variables = {} }: ProviderPreset): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { example }]) => [name, example]),
  );
}

describe.each(presets)("%s", (name, preset) => {
  it("is data that names its source and the day it was checked", () => {
    expect(name).toBe(`${preset.provider}Preset`);
    expect(preset.checkedOn).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    expect(new URL(preset.docsUrl).protocol).toBe("https:");
    const { variables, ...data } = preset;
    expect(structuredClone(data)).toEqual(data);
    expect(preset.apiOrigins.length).toBeGreaterThan(0);
  });

  it("gives a configuration with everything that is known", () => {
    const create = (discovery as unknown as Record<string, unknown>)[preset.provider] as (
      registration: PresetRegistration,
    ) => OAuth2Config;
    const config = create({ ...registration, ...examplesOf(preset) });
    expect(config).toMatchObject({
      provider: preset.provider,
      displayName: preset.displayName,
      clientId: "client-1",
      clientAuthentication: preset.clientAuthentication,
      redirectUri: "https://app.example.com/oauth2/callback",
      flow: "authorization_code",
      usePkce: preset.usePkce ?? true,
    });
    expect(config.apiOrigins).toHaveLength(preset.apiOrigins.length);
    expect(Object.keys(config.quirks).sort()).toEqual(Object.keys(preset.quirks ?? {}).sort());
    const { quirks, ...rest } = config;
    expect(JSON.stringify(rest)).not.toMatch(/\{\w+\}/);
    expect(JSON.stringify(config)).not.toContain("canary");
  });
});

describe("google", () => {
  it("asks for a refresh token in the way Google wants", () => {
    expect(google(registration)).toMatchObject({
      issuer: "https://accounts.google.com",
      authUrl: "https://accounts.google.com/o/oauth2/v2/auth",
      tokenUrl: "https://oauth2.googleapis.com/token",
      revocationUrl: "https://oauth2.googleapis.com/revoke",
      clientAuthentication: "client_secret_post",
      issParameterSupported: false,
      scopes: [],
      quirks: { authorizationParameters: { access_type: "offline", prompt: "consent" } },
    });
  });

  it("knows the names under which Google grants scopes, and how long a grant may rest", () => {
    expect(google(registration).quirks).toMatchObject({
      scopeAliases: { email: "https://www.googleapis.com/auth/userinfo.email" },
      refreshTokenIdleSeconds: 15_552_000,
    });
  });

  it("RT-08 lets tokens go to Google's APIs and to nobody who only sounds like it", () => {
    const { apiOrigins } = google(registration);
    expect(apiOrigins).toContain("https://www.googleapis.com");
    expect(apiOrigins).toContain("https://gmail.googleapis.com");
    expect(apiOrigins.every((origin) => origin.endsWith(".googleapis.com"))).toBe(true);
  });
});

describe("googleServiceAccount", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const file = {
    type: "service_account",
    client_email: "agent@project.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    private_key_id: "key-1",
    token_uri: "https://evil.example/token",
  };
  const scopes = ["https://www.googleapis.com/auth/calendar.readonly"];

  it.each([
    ["its text", JSON.stringify(file)],
    ["its text as a secret", new Secret(JSON.stringify(file))],
    ["its members", file],
  ])("reads Google's key file from %s", (_name, key) => {
    const { config, assertion } = googleServiceAccount({
      key,
      scopes,
      subject: "alice@example.com",
    });
    expect(config).toMatchObject({
      provider: "google",
      clientId: file.client_email,
      clientAuthentication: "none",
      flow: "jwt_bearer",
      scopes,
      apiOrigins: googlePreset.apiOrigins,
      quirks: { assertionIdentifiesClient: true },
    });
    expect(assertion).toMatchObject({
      email: file.client_email,
      keyId: "key-1",
      scopes,
      subject: "alice@example.com",
    });
    expect(assertion.privateKey.secret()).toBe(file.private_key);
    expect(inspect({ config, assertion }, { depth: 9 })).not.toContain("PRIVATE KEY");
  });

  it("sends nothing to an address that the file names", () => {
    const { config, assertion } = googleServiceAccount({ key: file, scopes });
    expect(config.tokenUrl).toBe("https://oauth2.googleapis.com/token");
    expect(assertion.tokenUrl).toBe(config.tokenUrl);
  });

  it.each([
    ["canary-path/key.json", "key is not JSON"],
    [JSON.stringify({ type: "authorized_user", private_key: "canary" }), "not a service account"],
    [{ ...file, private_key: "canary" }, "clientPrivateKey cannot be read"],
    [undefined, "key is not JSON"],
  ])("EV-02 says what is wrong with a key file, and shows nothing of it", (key, words) => {
    const make = () => googleServiceAccount({ key: key as string, scopes });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(words);
    expect(make).not.toThrow("canary");
  });
});

describe("facebook", () => {
  it("exchanges a living token for a newer one, for there are no refresh tokens", () => {
    expect(facebook(registration)).toMatchObject({
      tokenUrl: "https://graph.facebook.com/oauth/access_token",
      quirks: {
        accessTokenExchange: {
          grantType: "fb_exchange_token",
          tokenParameter: "fb_exchange_token",
        },
        terminalErrors: ["102", "190"],
      },
    });
  });
});

describe("zoom", () => {
  const app = { clientId: "client-1", clientSecret: "canary-client-secret" };

  it("acts for the account of a server-to-server app", () => {
    const config = zoom({ ...app, accountId: "Wk9PTV9BQ0NPVU5UX0lE" });
    expect(config).toMatchObject({
      flow: "client_credentials",
      tokenUrl: "https://zoom.us/oauth/token",
      clientAuthentication: "client_secret_basic",
      apiOrigins: ["https://api.zoom.us"],
    });
    expect(config.quirks).toEqual({
      clientCredentialsGrantType: "account_credentials",
      tokenParameters: { account_id: "Wk9PTV9BQ0NPVU5UX0lE" },
    });
  });

  it("sends no account for an app that users connect", () => {
    expect(zoom(registration).quirks.tokenParameters).toBeUndefined();
  });

  it("EV-02 says what does not go together", () => {
    expect(() => zoom({ ...app, accountId: "a b" })).toThrow('accountId is "a b" and must be');
    const flow = "authorization_code";
    expect(() => zoom({ ...app, accountId: "abc", flow })).toThrow("accountId is given");
  });
});

describe("github", () => {
  it("AC-07 knows that GitHub names its issuer on every authorization response", () => {
    expect(github(registration)).toMatchObject({
      issuer: "https://github.com/login/oauth",
      issParameterSupported: true,
    });
  });

  it("knows GitHub's own words for a dead refresh token", () => {
    const config = github(registration);
    expect(config.quirks.terminalErrors).toContain("bad_refresh_token");
    expect(config.userinfoUrl).toBe("https://api.github.com/user");
    expect(config.quirks.userinfoClaims?.subject).toBe("id");
  });
});

describe("microsoft", () => {
  const tenantId = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

  it("fills in the tenant, and knows the issuer where the tenant has one", () => {
    expect(microsoft({ ...registration, tenant: tenantId.toUpperCase() })).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      authUrl: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`,
      tokenUrl: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      jwksUrl: `https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`,
      revocationUrl: undefined,
      apiOrigins: ["https://graph.microsoft.com"],
    });
  });

  it.each([undefined, "common", "organizations", "contoso.onmicrosoft.com"])(
    "has no single issuer for tenant %s",
    (tenant) => {
      const config = microsoft({ ...registration, tenant });
      expect(config.issuer).toBeUndefined();
      expect(config.tokenUrl).toBe(
        `https://login.microsoftonline.com/${tenant ?? "common"}/oauth2/v2.0/token`,
      );
    },
  );

  it("knows the one tenant of all personal accounts", () => {
    expect(microsoft({ ...registration, tenant: "consumers" }).issuer).toBe(
      "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    );
  });

  it.each([undefined, "contoso.onmicrosoft.com", tenantId])(
    "proves itself by a certificate in place of a secret, to the token endpoint (tenant %s)",
    async (tenant) => {
      const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
      const keyed = { clientPrivateKey: privateKey, clientCertificate: certificate };
      const config = microsoft({ ...registration, clientSecret: undefined, ...keyed, tenant });
      expect(config).toMatchObject({
        clientAuthentication: "private_key_jwt",
        clientCertificate: certificate,
        quirks: { clientAssertionAudience: "token_endpoint" },
      });
      const both = { ...registration, clientSecret: "s", ...keyed, tenant };
      expect(microsoft(both).clientAuthentication).toBe("client_secret_post");
    },
  );

  it("EV-02 refuses a certificate of another key", async () => {
    const { certificate } = await createSelfSignedCertificate("CN=agent");
    const { privateKey } = await createSelfSignedCertificate("CN=agent");
    const keyed = { clientPrivateKey: privateKey, clientCertificate: certificate };
    expect(() => microsoft({ ...registration, clientSecret: undefined, ...keyed })).toThrow(
      'OAuth2 configuration for "microsoft": clientCertificate is not that of clientPrivateKey',
    );
  });

  it("asks users for offline access, once, and the application itself never", () => {
    const scopes = ["Calendars.Read"];
    expect(microsoft({ ...registration, scopes }).scopes).toEqual([
      "Calendars.Read",
      "offline_access",
    ]);
    expect(microsoft({ ...registration, scopes: ["offline_access"] }).scopes).toEqual([
      "offline_access",
    ]);
    const daemon = { flow: "client_credentials", scopes: ["https://graph.microsoft.com/.default"] };
    expect(microsoft({ ...registration, ...daemon } as MicrosoftOptions).scopes).toEqual([
      "https://graph.microsoft.com/.default",
    ]);
  });

  it.each(["", "..", "a/b", "contoso?x=", "contoso#", "a b", "@evil.example", "{tenant}"])(
    "EV-02 refuses the tenant %j, which would change the address",
    (tenant) => {
      expect(() => microsoft({ ...registration, tenant })).toThrow(ConfigurationError);
      expect(() => microsoft({ ...registration, tenant })).toThrow(
        `tenant is ${JSON.stringify(tenant)} and must be a tenant id`,
      );
    },
  );
});

describe("fromPreset", () => {
  it("lets one application have two clients, and more places for their tokens", () => {
    const config = google({
      ...registration,
      provider: "google-admin",
      clientAuthentication: "client_secret_basic",
      apiOrigins: ["https://cloudbuild.googleapis.com", "https://www.googleapis.com"],
    });
    expect(config.provider).toBe("google-admin");
    expect(config.displayName).toBe("Google");
    expect(config.clientAuthentication).toBe("client_secret_basic");
    expect(config.apiOrigins.slice(0, 2)).toEqual([
      "https://cloudbuild.googleapis.com",
      "https://www.googleapis.com",
    ]);
    expect(new Set(config.apiOrigins).size).toBe(config.apiOrigins.length);
  });

  it("takes a client without secret and key for a public one", () => {
    expect(github({ clientId: "client-1" }).clientAuthentication).toBe("none");
  });

  it("takes a client with a key for one that signs", () => {
    const clientPrivateKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();
    const config = github({ clientId: "client-1", clientPrivateKey, clientKeyId: "key-1" });
    expect(config).toMatchObject({
      clientAuthentication: "private_key_jwt",
      clientKeyId: "key-1",
    });
  });

  it("knows where devices start", () => {
    const device = { clientId: "client-1", flow: "device_authorization" } as const;
    expect(microsoft({ ...device, tenant: "organizations" }).deviceAuthorizationUrl).toBe(
      "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode",
    );
    expect(github(device).deviceAuthorizationUrl).toBe("https://github.com/login/device/code");
  });

  it("takes a preset of one's own", () => {
    const preset: ProviderPreset = {
      provider: "acme",
      displayName: "Acme",
      docsUrl: "https://acme.example/docs",
      checkedOn: "2026-01-01",
      authUrl: "https://{shop}.acme.example/authorize",
      tokenUrl: "https://{shop}.acme.example/token?kind={unknown}",
      clientAuthentication: "client_secret_basic",
      refreshTokens: "static",
      apiOrigins: ["https://api.acme.example"],
      variables: { shop: { description: "a shop's name", example: "corner", pattern: /^[a-z]+$/ } },
    };
    expect(fromPreset(preset, { ...registration, variables: { shop: "corner" } })).toMatchObject({
      authUrl: "https://corner.acme.example/authorize",
      tokenUrl: "https://corner.acme.example/token?kind={unknown}",
      clientAuthentication: "client_secret_basic",
      issParameterSupported: false,
      quirks: {},
    });
    expect(() => fromPreset(preset, registration)).toThrow(
      'OAuth2 configuration for "acme": shop is undefined and must be a shop\'s name, such as "corner".',
    );
  });

  it("EV-02 names what is wrong with the registration", () => {
    const nothing = undefined as unknown as PresetRegistration;
    expect(() => google(nothing)).toThrow("the client registration is missing. Give { clientId");
    expect(() => microsoft(nothing as MicrosoftOptions)).toThrow("clientId is missing");
    expect(() => google({} as PresetRegistration)).toThrow(
      "clientId is missing: it must be a text",
    );
    const oneText = { ...registration, scopes: "openid email" as unknown as string[] };
    expect(() => google(oneText)).toThrow('scopes is "openid email" and must be a list of scopes');
    const misspelt = { ...registration, scope: ["openid"] } as PresetRegistration;
    expect(() => google(misspelt)).toThrow("scope is not a known field. Remove it.");
  });

  it("does not let a registration change what is known of the provider's addresses", () => {
    const changed = { ...registration, tokenUrl: "https://evil.example/token" };
    expect(google(changed as PresetRegistration).tokenUrl).toBe(
      "https://oauth2.googleapis.com/token",
    );
  });

  it("keeps the presets as they are", () => {
    const before = structuredClone(microsoftPreset.apiOrigins);
    microsoft({ ...registration, apiOrigins: ["https://api.example.com"] });
    expect(microsoftPreset.apiOrigins).toEqual(before);
  });
});

describe("slack", () => {
  it("uses PKCE at Slack only for an app without a secret", () => {
    expect(slack(registration).usePkce).toBe(false);
    expect(slack({ clientId: "client-1" }).usePkce).toBe(true);
  });
});
