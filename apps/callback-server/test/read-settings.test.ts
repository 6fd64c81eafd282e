import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey } from "@rak-oauth/core";
import type { Environment } from "@rak-oauth/environment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../src/read-settings.js";
import { SettingsError } from "../src/settings-error.js";

const keys = { RAK_OAUTH_KEYS: `2026-01:${generateKey()}` };
const cookie = {
  RAK_OAUTH_VERIFY_USER: "cookie",
  RAK_OAUTH_SESSION_COOKIE: "session",
  RAK_OAUTH_SESSION_SECRETS: "0123456789abcdef, fedcba9876543210",
};
const jwt = {
  RAK_OAUTH_VERIFY_USER: "jwt",
  RAK_OAUTH_JWT_ISSUER: "https://idp.example/",
  RAK_OAUTH_JWT_AUDIENCE: "agent",
  RAK_OAUTH_JWT_COOKIE: "id_token",
};
const github = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret" };

describe("readSettings", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "settings-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function file(content: string): Promise<string> {
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, content);
    return path;
  }

  async function faultsOf(environment: Environment): Promise<readonly string[]> {
    const error = await readSettings({
      RAK_OAUTH_DATA_FOLDER: join(folder, "data"),
      ...environment,
    }).catch((reason: unknown) => reason);
    if (!(error instanceof SettingsError)) throw new Error("There was no fault.", { cause: error });
    return error.faults.map(({ name, problem }) => `${name} ${problem}`);
  }

  it("needs nothing but a provider in development", async () => {
    const RAK_OAUTH_DATA_FOLDER = join(folder, "data");
    expect(await readSettings({ ...github, PORT: "", RAK_OAUTH_DATA_FOLDER })).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      publicUrl: "http://127.0.0.1:3000",
      storage: { kind: "embedded", folder: RAK_OAUTH_DATA_FOLDER },
      keyring: { source: "development", warnings: [expect.stringMatching(/^DEVELOPMENT KEY/)] },
      logLevel: "info",
    });
    expect(await readdir(RAK_OAUTH_DATA_FOLDER)).toEqual(["development.key"]);
  });

  it("keeps data in .rak-oauth, and makes no key where one is given", async () => {
    const { storage, keyring } = await readSettings({ ...github, ...keys });
    expect(storage).toEqual({ kind: "embedded", folder: ".rak-oauth" });
    expect(keyring).toMatchObject({ source: "environment", warnings: [] });
  });

  it("takes the keys from a file", async () => {
    const RAK_OAUTH_KEYS_FILE = await file(`# current\n${keys.RAK_OAUTH_KEYS}\n`);
    const environment = { ...github, RAK_OAUTH_KEYS_FILE, REDIS_URL: "redis://127.0.0.1" };
    const { keyring } = await readSettings(environment);
    expect(keyring.source).toBe("file");
    expect(keyring.keys.currentKeyId).toBe("2026-01");
  });

  it("gives every provider a callback of its own under the public address", async () => {
    const { configs } = await readSettings({
      ...github,
      ...keys,
      NODE_ENV: "production",
      PUBLIC_URL: "https://agent.example.com/",
      RAK_OAUTH_VERIFY_USER: "confirm",
      RAK_OAUTH_APPLICATION_NAME: "Acme agent",
      DATABASE_URL: "postgresql://user:password@database/rak",
      GOOGLE_CLIENT_ID: "id",
      GOOGLE_CLIENT_SECRET: "secret",
      GOOGLE_SCOPES: "openid https://www.googleapis.com/auth/calendar.readonly",
      MICROSOFT_CLIENT_ID: "id",
      MICROSOFT_TENANT: "contoso.onmicrosoft.com",
      RAK_OAUTH_PROVIDERS_FILE: await file(
        JSON.stringify([
          {
            provider: "calendar",
            clientId: "id",
            authUrl: "https://as.example/authorize",
            tokenUrl: "https://as.example/token",
          },
        ]),
      ),
    });
    expect(configs.map(({ provider, redirectUri }) => [provider, redirectUri])).toEqual(
      ["calendar", "google", "github", "microsoft"].map((provider) => [
        provider,
        `https://agent.example.com/oauth2/callback/${provider}`,
      ]),
    );
    expect(configs[1]?.scopes).toEqual([
      "openid",
      "https://www.googleapis.com/auth/calendar.readonly",
    ]);
    expect(configs[3]?.tokenUrl).toContain("/contoso.onmicrosoft.com/");
  });

  it.each<[string, Environment, RegExp]>([
    ["a port that is a word", { PORT: "http" }, /^PORT is "http" and must be a whole number/],
    ["port 0", { PORT: "0" }, /^PORT is "0" and must be/],
    ["a public address with a path", { PUBLIC_URL: "https://a.example/x" }, /^PUBLIC_URL is/],
    ["a plain public address", { PUBLIC_URL: "http://a.example" }, /^PUBLIC_URL is/],
    [
      "production without an address",
      { NODE_ENV: "production", ...keys, ...cookie },
      /^PUBLIC_URL is missing/,
    ],
    [
      "production without keys",
      { NODE_ENV: "production", PUBLIC_URL: "https://a.example", ...cookie },
      /^RAK_OAUTH_KEYS gives no keys\. No key to seal credentials with: set RAK_OAUTH_KEYS/,
    ],
    [
      "a shared database without keys",
      { REDIS_URL: "redis://127.0.0.1" },
      /^RAK_OAUTH_KEYS gives no keys\. No key to seal credentials with: set RAK_OAUTH_KEYS/,
    ],
    [
      "broken keys",
      { RAK_OAUTH_KEYS: "x:canary" },
      /^RAK_OAUTH_KEYS gives no keys\. .*a key of 4 bytes/,
    ],
    [
      "no key file",
      { RAK_OAUTH_KEYS_FILE: "/nowhere" },
      /^RAK_OAUTH_KEYS_FILE gives no keys\. .*\(\/nowhere\) cannot be read \(ENOENT\)/,
    ],
    [
      "keys and a key file",
      { ...keys, RAK_OAUTH_KEYS_FILE: "/nowhere" },
      /^RAK_OAUTH_KEYS_FILE gives no keys\. .* are both set/,
    ],
    [
      "two databases",
      { ...keys, REDIS_URL: "redis://canary", DATABASE_URL: "postgres://canary" },
      /^DATABASE_URL and REDIS_URL are both set/,
    ],
    ["another database", { ...keys, DATABASE_URL: "mysql://canary" }, /^DATABASE_URL must be of/],
    [
      "production without a way to know users",
      { NODE_ENV: "production", PUBLIC_URL: "https://a.example", ...keys },
      /^RAK_OAUTH_VERIFY_USER is missing and NODE_ENV .* "cookie" .*"jwt" .*"confirm"/,
    ],
    [
      "production without a name to show",
      {
        NODE_ENV: "production",
        PUBLIC_URL: "https://a.example",
        ...keys,
        RAK_OAUTH_VERIFY_USER: "confirm",
      },
      /^RAK_OAUTH_APPLICATION_NAME is missing and RAK_OAUTH_VERIFY_USER is "confirm"/,
    ],
    [
      "another way to know users",
      { RAK_OAUTH_VERIFY_USER: "guess" },
      /^RAK_OAUTH_VERIFY_USER is "guess" and must be "cookie"/,
    ],
    [
      "a cookie without secrets",
      { ...cookie, RAK_OAUTH_SESSION_SECRETS: undefined },
      /^RAK_OAUTH_SESSION_SECRETS is missing and RAK_OAUTH_VERIFY_USER is "cookie"/,
    ],
    [
      "a short secret",
      { ...cookie, RAK_OAUTH_SESSION_SECRETS: "canary" },
      /^RAK_OAUTH_VERIFY_USER is "cookie", which cannot work so\. .*shorter than 16 bytes/,
    ],
    [
      "a token without issuer",
      { ...jwt, RAK_OAUTH_JWT_ISSUER: undefined },
      /^RAK_OAUTH_JWT_ISSUER is missing/,
    ],
    [
      "a token without audience",
      { ...jwt, RAK_OAUTH_JWT_AUDIENCE: undefined },
      /^RAK_OAUTH_VERIFY_USER is "jwt", which cannot work so\. .*audience is missing/,
    ],
    [
      "a check and none",
      { ...cookie, RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true" },
      /^RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER and RAK_OAUTH_VERIFY_USER are both set/,
    ],
    [
      "a careless yes",
      { RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "1" },
      /^RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER is "1" and must be "true"/,
    ],
    [
      "a language that there is not",
      { RAK_OAUTH_LANGUAGE: "tlh" },
      /^RAK_OAUTH_LANGUAGE is "tlh" and must be "en" or "de"\. Leave it out/,
    ],
    ["another log level", { LOG_LEVEL: "silly" }, /^LOG_LEVEL is "silly" and must be "debug"/],
    ["a preset's fault", { GITHUB_SCOPES: '"' }, /^GITHUB_CLIENT_ID cannot be used\..*scopes/],
    ["no file", { RAK_OAUTH_PROVIDERS_FILE: "/nowhere" }, /which cannot be read \(ENOENT\)/],
  ])("EV-02 says what is wrong and how to mend it: %s", async (_name, environment, fault) => {
    const faults = await faultsOf({ ...github, ...environment });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
    expect(faults[0]).not.toContain("canary");
  });

  it("lets browsers choose the language of pages, or pins it", async () => {
    const languagesOf = async (environment: Readonly<Record<string, string>>) =>
      (await readSettings({ ...github, ...keys, ...environment })).messages.map(
        ({ language }) => language,
      );
    expect(await languagesOf({})).toEqual(["en", "de"]);
    expect(await languagesOf({ RAK_OAUTH_LANGUAGE: "de" })).toEqual(["de"]);
  });

  it.each([
    ["cookie", cookie],
    ["jwt", jwt],
    ["jwt", { ...jwt, RAK_OAUTH_JWT_COOKIE: undefined, RAK_OAUTH_JWT_HEADER: "x-jwt" }],
    ["confirm", {}],
    ["none", { RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true" }],
    ["confirm", { RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "false" }],
  ])("AC-02 makes sure of a link's user by %s", async (kind, environment) => {
    const { userCheck } = await readSettings({ ...github, ...keys, ...environment });
    expect(userCheck.kind).toBe(kind);
    expect(userCheck.options.dangerouslyAllowAnyUser).toBe(kind === "none" ? true : undefined);
  });

  it("EV-02 names the place in the file, for every entry, and shows no secret", async () => {
    const path = await file(
      JSON.stringify([
        { provider: "A", clientId: "id", clientSecret: 5, tokenUrl: "http://as.example/token" },
        { provider: "b", clientId: "id", clientSecret: "canary", authUrl: "https://as.example" },
        null,
      ]),
    );
    const faults = await faultsOf({ RAK_OAUTH_PROVIDERS_FILE: path });
    expect(faults).toHaveLength(3);
    expect(faults[0]).toContain(`${path}[0] cannot be used.`);
    expect(faults[1]).toMatch(/\[1\] cannot be used\..*tokenUrl is missing/);
    expect(faults[2]).toContain(`${path}[2] cannot be used.`);
    expect(faults.join()).not.toContain("canary");
  });

  it.each(['{"provider": "x"}', '[{"clientSecret": canary}]', ""])(
    "EV-02 refuses a file that is no JSON list: %j",
    async (content) => {
      const faults = await faultsOf({ RAK_OAUTH_PROVIDERS_FILE: await file(content) });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(/does not hold a JSON list\. Write/);
      expect(faults[0]).not.toContain("canary");
    },
  );
});
