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
    { name: "b", keys: [two] },
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
  ["one key for two", `a:${one},b:${one}`, /^RAK_OAUTH_API_KEYS has one key twice/],
])("EV-02 refuses %s in the environment, and shows no value", async (_name, value, fault) => {
  const { faults } = await read({ RAK_OAUTH_API_KEYS: value });
  expect(faults[0]).toMatch(fault);
  expect(faults.join()).not.toMatch(/canary|[0-9a-f]{64}/);
});

it.each<[string, unknown, RegExp]>([
  ["no list", { name: "canary" }, /^RAK_OAUTH_API_CLIENTS_FILE is .* does not hold a JSON list\./],
  ["no JSON", "[canary", /does not hold a JSON list\. Write \[\{ "name": "agent"/],
  ["no object", ["canary"], /\[0\] must be an object\.$/],
  ["no proof", [{ name: "a" }], /\[0\] has no way to prove itself: give keys or publicKeys\.$/],
  [
    "a key itself",
    [{ name: "a", keys: ["canary"] }],
    /\[0\]\.keys\.0 must be the SHA-256 of a key/,
  ],
  ["a misspelt field", [{ name: "a", keys: [one], tenant: "canary" }], /unknown field tenant\.$/],
  ["an empty tenant", [{ name: "a", keys: [one], tenantId: "" }], /tenantId is empty/],
  [
    "a private key",
    [{ name: "a", publicKeys: [{ ...jwk, d: "canary" }] }],
    /\[0\]\.publicKeys\.0 is a private or shared key\./,
  ],
  [
    "one name twice",
    [
      { name: "a", keys: [one] },
      { name: "a", keys: [two] },
    ],
    /^RAK_OAUTH_API_CLIENTS_FILE names the client "a" twice\./,
  ],
])("EV-02 refuses %s in the file, and shows no value", async (_name, content, fault) => {
  const { faults } = await read({ RAK_OAUTH_API_CLIENTS_FILE: await file(content) });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
  expect(faults[0]).not.toContain("canary");
});

it("EV-02 says that the file cannot be read", async () => {
  const { faults } = await read({ RAK_OAUTH_API_CLIENTS_FILE: "/nowhere" });
  expect(faults).toEqual([
    'RAK_OAUTH_API_CLIENTS_FILE is "/nowhere", which cannot be read (ENOENT). Give the path of a readable file.',
  ]);
});
