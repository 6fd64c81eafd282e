import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey } from "@rak-oauth/core";
import type { Environment } from "@rak-oauth/environment";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSettings } from "../src/read-settings.js";
import { SettingsError } from "../src/settings-error.js";

const working = { RAK_OAUTH_KEYS: `2026-01:${generateKey()}`, GITHUB_CLIENT_ID: "id" };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "settings-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function file(content: string): Promise<string> {
  const path = join(folder, String(Math.random()));
  await writeFile(path, content);
  return path;
}

async function faultsOf(environment: Environment): Promise<readonly string[]> {
  const error = await readSettings({ ...working, ...environment }).catch((reason) => reason);
  if (!(error instanceof SettingsError)) throw new Error("There was no fault.", { cause: error });
  return error.faults.map(({ name, problem }) => `${name} ${problem}`);
}

it("serves no metrics, trusts no proxy, limits requests and stops at once where nothing is set", async () => {
  expect((await readSettings(working)).operation).toEqual({
    metrics: undefined,
    trustedProxies: undefined,
    rateLimitPerMinute: 120,
    drainDelayMs: 0,
  });
});

it("takes what is set", async () => {
  const { operation } = await readSettings({
    ...working,
    METRICS_PORT: "9464",
    RAK_OAUTH_TRUSTED_PROXIES: "1",
    RAK_OAUTH_RATE_LIMIT: "0",
    DRAIN_DELAY_SECONDS: "5",
  });
  expect(operation).toEqual({
    metrics: { port: 9464, host: "127.0.0.1" },
    trustedProxies: { hops: 1 },
    rateLimitPerMinute: 0,
    drainDelayMs: 5000,
  });
});

it("takes secrets from files, without the line end of an editor", async () => {
  const { storage, configs } = await readSettings({
    ...working,
    DATABASE_URL_FILE: await file("postgresql://user:password@host/database\n"),
    GITHUB_CLIENT_SECRET_FILE: await file("from a file\r\n"),
  });
  expect(storage).toEqual({
    kind: "postgres",
    connectionString: "postgresql://user:password@host/database",
  });
  expect(configs[0]?.clientSecret?.secret()).toBe("from a file");
});

it("takes a provider's secret from a file of its own", async () => {
  const provider = {
    provider: "calendar",
    clientId: "id",
    clientSecretFile: await file("from a file\n"),
    authUrl: "https://as.example/authorize",
    tokenUrl: "https://as.example/token",
  };
  const RAK_OAUTH_PROVIDERS_FILE = await file(JSON.stringify([provider]));
  const { configs } = await readSettings({ ...working, RAK_OAUTH_PROVIDERS_FILE });
  expect(configs[0]?.clientSecret?.secret()).toBe("from a file");

  const both = [
    { ...provider, clientSecret: "canary" },
    { ...provider, clientSecretFile: "/no" },
  ];
  const faults = await faultsOf({ RAK_OAUTH_PROVIDERS_FILE: await file(JSON.stringify(both)) });
  expect(faults).toEqual([
    expect.stringMatching(/\[0\] has clientSecret and clientSecretFile\. Remove one/),
    expect.stringMatching(/\[1\]\.clientSecretFile is "\/no", which cannot be read \(ENOENT\)/),
  ]);
  expect(faults.join()).not.toContain("canary");
});

it("takes a certificate in place of Microsoft's client secret", async () => {
  const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
  const { configs } = await readSettings({
    ...working,
    MICROSOFT_CLIENT_ID: "id",
    MICROSOFT_TENANT: "contoso.onmicrosoft.com",
    MICROSOFT_CLIENT_PRIVATE_KEY_FILE: await file(privateKey),
    MICROSOFT_CLIENT_CERTIFICATE: certificate,
  });
  const entra = configs.find(({ provider }) => provider === "microsoft");
  expect(entra).toMatchObject({
    clientAuthentication: "private_key_jwt",
    clientCertificate: certificate,
    tokenUrl: "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
  });
  expect(entra?.clientPrivateKey?.secret()).toBe(privateKey.trim());

  const other = await createSelfSignedCertificate("CN=agent");
  const faults = await faultsOf({
    MICROSOFT_CLIENT_ID: "id",
    MICROSOFT_CLIENT_PRIVATE_KEY: privateKey,
    MICROSOFT_CLIENT_CERTIFICATE: other.certificate,
  });
  expect(faults).toEqual([
    expect.stringMatching(
      /^MICROSOFT_CLIENT_ID cannot be used\. .*clientCertificate is not that of/,
    ),
  ]);
  expect(faults.join()).not.toContain("PRIVATE KEY");
});

it("takes a provider's private key and its certificate from files of their own", async () => {
  const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent");
  const provider = {
    provider: "entra",
    clientId: "id",
    clientAuthentication: "private_key_jwt",
    clientPrivateKeyFile: await file(privateKey),
    clientCertificateFile: await file(certificate),
    issuer: "https://as.example",
    authUrl: "https://as.example/authorize",
    tokenUrl: "https://as.example/token",
  };
  const RAK_OAUTH_PROVIDERS_FILE = await file(JSON.stringify([provider]));
  const { configs } = await readSettings({ ...working, RAK_OAUTH_PROVIDERS_FILE });
  expect(configs[0]?.clientPrivateKey?.secret()).toBe(privateKey.trim());
  expect(configs[0]?.clientCertificate).toBe(certificate.trim());

  const other = await createSelfSignedCertificate("CN=agent");
  const wrong = [
    { ...provider, clientCertificateFile: await file(other.certificate) },
    { ...provider, clientPrivateKeyFile: "/no", clientCertificateFile: "/none" },
    { ...provider, clientPrivateKey: "canary" },
  ];
  const faults = await faultsOf({ RAK_OAUTH_PROVIDERS_FILE: await file(JSON.stringify(wrong)) });
  expect(faults.toSorted()).toEqual([
    expect.stringMatching(/\[0\] cannot be used\. .*clientCertificate is not that of/),
    expect.stringMatching(/\[1\]\.clientCertificateFile is "\/none", which cannot be read/),
    expect.stringMatching(/\[1\]\.clientPrivateKeyFile is "\/no", which cannot be read/),
    expect.stringMatching(/\[2\] has clientPrivateKey and clientPrivateKeyFile\. Remove one/),
  ]);
  expect(faults.join()).not.toMatch(/canary|PRIVATE KEY/);
});

it.each<[string, Environment, RegExp]>([
  ["a metrics port that is none", { METRICS_PORT: "0" }, /^METRICS_PORT is "0" and must be/],
  [
    "proxies that are none",
    { RAK_OAUTH_TRUSTED_PROXIES: "all" },
    /^RAK_OAUTH_TRUSTED_PROXIES is "all" and must be how many/,
  ],
  [
    "a limit that is a word",
    { RAK_OAUTH_RATE_LIMIT: "few" },
    /^RAK_OAUTH_RATE_LIMIT is "few" and must/,
  ],
  ["a delay of hours", { DRAIN_DELAY_SECONDS: "7200" }, /^DRAIN_DELAY_SECONDS is "7200" and must/],
  [
    "a secret twice",
    { REDIS_URL: "redis://canary", REDIS_URL_FILE: "/no" },
    /^REDIS_URL and REDIS_URL_FILE are both set/,
  ],
  [
    "a secret in no file",
    { DATABASE_URL_FILE: "/no" },
    /^DATABASE_URL_FILE is "\/no", which cannot be read \(ENOENT\)/,
  ],
])("EV-02 says what is wrong and how to mend it: %s", async (_name, environment, fault) => {
  const faults = await faultsOf(environment);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
  expect(faults[0]).not.toContain("canary");
});

it("EV-02 an empty file is no secret", async () => {
  const faults = await faultsOf({ GITHUB_CLIENT_SECRET_FILE: await file("\n") });
  expect(faults).toEqual([
    expect.stringMatching(/^GITHUB_CLIENT_SECRET_FILE is .* which is empty/),
  ]);
});
