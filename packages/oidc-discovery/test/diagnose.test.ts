import {
  ConfigurationError,
  defineOAuth2Config,
  type OAuth2ConfigInput,
  TokenRequestError,
  type TokenRequestErrorOptions,
} from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { type DiagnoseOptions, diagnose, type Finding } from "../src/index.js";

const issuer = "https://login.example.com";
const now = Date.parse("2026-01-01T12:00:00Z");
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  code_challenge_methods_supported: ["S256"],
  scopes_supported: ["openid", "calendar.read"],
  token_endpoint_auth_methods_supported: ["client_secret_basic"],
};

const configWith = (change: Partial<OAuth2ConfigInput> = {}) =>
  defineOAuth2Config({
    provider: "example",
    displayName: "Example",
    issuer,
    clientId: "client-1",
    clientSecret: "canary-secret",
    authUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    redirectUri: "https://app.example.com/oauth2/callback",
    scopes: ["openid", "calendar.read"],
    ...change,
  });

/** Answers in place of the provider; the answer to a made-up refresh token is `refusal`. */
function provider(
  change: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  refusal: Partial<TokenRequestErrorOptions> = { kind: "terminal", error: "invalid_grant" },
): DiagnoseOptions {
  return {
    clock: { now: () => now },
    fetch: async () =>
      Response.json(
        { ...metadata, ...change },
        { headers: { date: new Date(now).toUTCString(), ...headers } },
      ),
    tokenEndpoint: {
      async refresh() {
        const details = { provider: "example", kind: "transient", ...refusal } as const;
        throw new TokenRequestError("The token endpoint of example refused.", details);
      },
    },
  };
}

async function findingsOf(
  subject: Parameters<typeof diagnose>[0],
  options: DiagnoseOptions,
): Promise<readonly Finding[]> {
  const findings = await diagnose(subject, options);
  expect(JSON.stringify(findings)).not.toContain("canary");
  return findings;
}

const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== "ok").map(({ level, check }) => `${level} ${check}`);

describe("diagnose", () => {
  it("finds nothing wrong where nothing is", async () => {
    const findings = await findingsOf(configWith(), provider());
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      "metadata",
      "endpoints",
      "pkce",
      "redirect_uri",
      "scopes",
      "client_authentication",
      "clock",
      "client",
    ]);
  });

  it("takes an issuer alone, and checks what can be", async () => {
    const findings = await findingsOf(issuer, provider());
    expect(findings.map(({ check }) => check)).toEqual(["metadata", "endpoints", "pkce", "clock"]);
    await expect(diagnose("http://login.example.com")).rejects.toThrow(ConfigurationError);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      "metadata of another",
      { issuer: "https://evil.example" },
      "warning metadata",
      "another issuer",
    ],
    [
      "an endpoint that moved",
      { token_endpoint: `${issuer}/v2/token` },
      "warning endpoints",
      `tokenUrl is "${issuer}/token", and the metadata of ${issuer} has "${issuer}/v2/token"`,
    ],
    ["http", { jwks_uri: "http://login.example.com/jwks" }, "error endpoints", "no https address"],
    ["no PKCE", { code_challenge_methods_supported: undefined }, "warning pkce", "does not say"],
    ["a scope", { scopes_supported: ["openid"] }, "warning scopes", '"calendar.read"'],
    [
      "client authentication",
      { token_endpoint_auth_methods_supported: ["private_key_jwt"] },
      "error client_authentication",
      'does not take client_secret_basic, only "private_key_jwt"',
    ],
  ])("EV-02 tells of %s", async (_what, change, trouble, words) => {
    const findings = await findingsOf(configWith(), provider(change));
    expect(troubles(findings)).toEqual([trouble]);
    expect(findings.find(({ level }) => level !== "ok")?.message).toContain(words);
  });

  it.each([
    ["http://localhost:3000/callback", "use 127.0.0.1"],
    ["myapp:/callback", "scheme other applications can take"],
    ["https://App.example.com/callback", 'browsers write it as "https://app.example.com/callback"'],
  ])("EV-02 tells what is wrong with the redirect URI %s", async (redirectUri, words) => {
    const findings = await findingsOf(configWith({ redirectUri }), provider());
    expect(troubles(findings)).toEqual(["warning redirect_uri"]);
    expect(findings.find(({ level }) => level !== "ok")?.message).toContain(words);
  });

  it("EV-02 tells that there is no redirect URI, and that PKCE is off", async () => {
    const config = configWith({ redirectUri: undefined, usePkce: false });
    const findings = await findingsOf(config, provider());
    expect(troubles(findings)).toEqual(["warning pkce", "error redirect_uri"]);
  });

  it.each([
    [-75, "75 s ahead of that of login.example.com"],
    [3600, "3600 s behind that of login.example.com"],
  ])("EV-02 tells of a clock that differs by %i seconds", async (seconds, words) => {
    const date = new Date(now + seconds * 1000).toUTCString();
    const findings = await findingsOf(configWith(), provider({}, { date }));
    expect(troubles(findings)).toEqual(["error clock"]);
    expect(findings.find(({ check }) => check === "clock")?.message).toContain(words);
  });

  it("does not take the age of a cached answer for a wrong clock", async () => {
    const date = new Date(now - 3_600_000).toUTCString();
    const findings = await findingsOf(configWith(), provider({}, { date, age: "3600" }));
    expect(findings.some(({ check }) => check === "clock")).toBe(false);
  });

  it.each<[string, Partial<TokenRequestErrorOptions>, string]>([
    ["invalid_client", { kind: "configuration", error: "invalid_client" }, "error client"],
    [
      "unauthorized_client",
      { kind: "configuration", error: "unauthorized_client" },
      "warning client",
    ],
    ["invalid_request", { kind: "configuration", error: "invalid_request" }, "error client"],
    ["nothing", { kind: "transient" }, "warning client"],
  ])("EV-02 tells that the provider answers %s to the client", async (_what, refusal, trouble) => {
    const findings = await findingsOf(configWith(), provider({}, {}, refusal));
    expect(troubles(findings)).toEqual([trouble]);
  });

  it("tells of a token endpoint that gives tokens for anything", async () => {
    const options = provider();
    const tokenEndpoint = { refresh: async (credentials: never) => credentials };
    const findings = await findingsOf(configWith(), { ...options, tokenEndpoint });
    expect(troubles(findings)).toEqual(["warning client"]);
  });

  it("of a provider without an issuer looks whether it can be reached", async () => {
    const config = configWith({ issuer: undefined });
    expect(troubles(await findingsOf(config, provider()))).toEqual([]);
    const fetch = async () => Promise.reject(new TypeError("fetch failed"));
    const findings = await findingsOf(config, { ...provider(), fetch });
    expect(troubles(findings)).toEqual(["error endpoints"]);
  });
});
