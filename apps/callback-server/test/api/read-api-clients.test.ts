import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashApiKey } from "@rak-oauth/auth-code-flow/api";
import type { Environment, SettingFault } from "@rak-oauth/environment";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readApiClients } from "../../src/api/read-api-clients.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clients-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function file(content: unknown): Promise<string> {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function read(environment: Environment) {
  const faults: SettingFault[] = [];
  const clients = await readApiClients(environment, faults);
  return { clients, faults: faults.map(({ name, problem }) => `${name} ${problem}`) };
}

const [one, two] = ["one", "two"].map((key) => hashApiKey(key));
const { publicKey } = generateKeyPairSync("ed25519");
const jwk = publicKey.export({ format: "jwk" });

it("knows nobody when nothing is set", async () => {
  expect(await read({})).toEqual({ clients: [], faults: [] });
});

it("reads names and hashes, several of one name where a key is being changed", async () => {
  const { clients, faults } = await read({
    RAK_OAUTH_API_KEYS: `a:${one}, b:${two?.toUpperCase()}`,
  });
  expect(faults).toEqual([]);
  expect(clients).toEqual([
    { name: "a", keys: [one] },
    { name: "b", keys: [two?.toUpperCase()] },
  ]);
  const changing = await read({ RAK_OAUTH_API_KEYS: `a:${one},a:${two}` });
  expect(changing.clients).toMatchObject([{ keys: [one, two] }]);
});

it("reads a file of clients, with their tenants and public keys", async () => {
  const { clients, faults } = await read({
    RAK_OAUTH_API_KEYS: `b:${two}`,
    RAK_OAUTH_API_CLIENTS_FILE: await file([
      { name: "a", tenantId: "acme", keys: [one], publicKeys: [{ ...jwk, kid: "1" }] },
    ]),
  });
  expect(faults).toEqual([]);
  expect(clients).toMatchObject([
    { name: "a", tenantId: "acme", publicKeys: [{ ...jwk, kid: "1" }] },
    { name: "b" },
  ]);
});

it.each<[string, string, RegExp]>([
  ["a key itself", "a:canary", /^RAK_OAUTH_API_KEYS has an entry 1 that is not of the form "name:/],
  ["a hash alone", `${one}`, /entry 1 that is not of the form/],
  ["a bad name", `b:${two},a b:${one}`, /entry 2 that is not of the form/],
  [
    "one key for two",
    `a:${one},b:${two},b:${one?.toUpperCase()}`,
    /^RAK_OAUTH_API_KEYS\.b\.keys\[1\] is a key that "a" has already, .* --generate-api-key makes one/,
  ],
])("EV-02 refuses %s in the environment, and shows no value", async (_name, value, fault) => {
  const { faults } = await read({ RAK_OAUTH_API_KEYS: value });
  expect(faults[0]).toMatch(fault);
  expect(faults.join()).not.toMatch(/canary|[0-9a-f]{64}/);
});

it.each<[string, unknown, RegExp]>([
  ["no list", { name: "canary" }, /^RAK_OAUTH_API_CLIENTS_FILE is .* does not hold a JSON list\./],
  ["no JSON", "[canary", /does not hold a JSON list\. Write \[\{ "name": "agent"/],
  ["no object", ["canary"], /\[0\] must be an object\.$/],
  ["no proof", [{ name: "a" }], /\[0\] has no way to prove itself\. Give keys or publicKeys\.$/],
  [
    "a key itself",
    [{ name: "a", keys: ["canary"] }],
    /\[0\]\.keys\[0\] is not the SHA-256 of a key, .* --generate-api-key makes one/,
  ],
  ["a misspelt field", [{ name: "a", keys: [one], tenant: "canary" }], /unknown field tenant\.$/],
  ["an empty tenant", [{ name: "a", keys: [one], tenantId: "" }], /tenantId is empty/],
  ["no tenant", [{ name: "a", keys: [one], tenantId: null }], /\[0\]\.tenantId cannot be used\./],
  ["a strange name", [{ name: "can ary", keys: [one] }], /\[0\]\.name must be 1 to 64 letters/],
  ["no name", [{ keys: [one] }], /\[0\]\.name is missing\.$/],
  [
    "a private key",
    [{ name: "a", publicKeys: [{ ...jwk, d: "canary" }] }],
    /\[0\]\.publicKeys\[0\] is a private or shared key\./,
  ],
  [
    "one name twice",
    [
      { name: "a", keys: [one] },
      { name: "a", keys: [two] },
    ],
    /\[1\]\.name is "a", as that of another client\./,
  ],
])("EV-02 refuses %s in the file, and shows no value", async (_name, content, fault) => {
  const { faults } = await read({ RAK_OAUTH_API_CLIENTS_FILE: await file(content) });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
  expect(faults[0]).not.toContain("canary");
});

it("EV-02 tells of all faults at once, also between the file and the environment", async () => {
  const { faults } = await read({
    RAK_OAUTH_API_CLIENTS_FILE: await file([
      { name: "a", keys: [one], tenant: "acme" },
      { name: "a b", keys: ["canary"], tenantId: "" },
    ]),
    RAK_OAUTH_API_KEYS: `a:${one},b`,
  });
  expect(faults.map((fault) => fault.replace(/^.*json/, "file"))).toEqual([
    "file[0] has an unknown field tenant.",
    expect.stringMatching(/^file\[1\]\.name must be/),
    expect.stringMatching(/^RAK_OAUTH_API_KEYS has an entry 2 that is not/),
    expect.stringMatching(/^file\[1\]\.tenantId cannot be used/),
    expect.stringMatching(/^file\[1\]\.keys\[0\] is not the SHA-256/),
    expect.stringMatching(/^RAK_OAUTH_API_KEYS\.a\.name is "a", as that of another/),
    expect.stringMatching(/^RAK_OAUTH_API_KEYS\.a\.keys\[0\] is a key that "a" has already/),
  ]);
});

it("EV-02 says that the file cannot be read", async () => {
  const { faults } = await read({ RAK_OAUTH_API_CLIENTS_FILE: "/nowhere" });
  expect(faults).toEqual([
    'RAK_OAUTH_API_CLIENTS_FILE is "/nowhere", which cannot be read (ENOENT). Give the path of a readable file.',
  ]);
});
