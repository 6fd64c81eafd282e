import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { VaultTransitKeyWrapper, type VaultTransitKeyWrapperOptions } from "@rak-oauth/core/vault";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  ConfigurationError,
  KeyServiceUnavailableError,
  Sealer,
  SealingError,
  Secret,
} from "../src/index.js";
import { errorOf } from "./error-of.js";
import { type FakeVault, refuse, startFakeVault } from "./fake-vault.js";

const token = "hvs.canary-token";
const dataKey = Buffer.from("canary-data-key-of-32-bytes-long");
const binding = Buffer.from("alice");

let vault: FakeVault;

beforeAll(async () => {
  vault = await startFakeVault({ token, mount: "kms/transit", keyName: "rak-oauth" });
});

beforeEach(() => {
  vault.answer = undefined;
});

afterAll(async () => {
  await vault.stop();
});

function wrapper(options: Partial<VaultTransitKeyWrapperOptions> = {}): VaultTransitKeyWrapper {
  return new VaultTransitKeyWrapper({
    address: vault.url,
    token: new Secret(token),
    keyName: "rak-oauth",
    mount: "kms/transit",
    ...options,
  });
}

async function refusal(action: () => unknown): Promise<Error> {
  const error = await errorOf(action);
  const shown = inspect(error, { depth: 9, showHidden: true });
  for (const secret of ["canary", dataKey.toString("base64")]) expect(shown).not.toContain(secret);
  return error;
}

describe("VaultTransitKeyWrapper", () => {
  it("unwraps what it wrapped, with the binding and never the same way twice", async () => {
    const keys = wrapper();
    const wrapped = await keys.wrap(dataKey, binding);
    expect(await keys.wrap(dataKey, binding)).not.toEqual(wrapped);
    expect(keys.currentKeyId).toBe("vault:rak-oauth");
    expect(await keys.unwrap("vault:rak-oauth", wrapped, binding)).toEqual(dataKey);
    const error = await refusal(() => keys.unwrap("vault:rak-oauth", wrapped, Buffer.from("bob")));
    expect(error).toBeInstanceOf(SealingError);
  });

  it("seals whole records", async () => {
    const sealer = new Sealer(wrapper());
    const context = { key: { userId: "alice", provider: "example" }, field: "credentials" };
    const { sealed, keyId } = await sealer.seal(Buffer.from("tokens"), context);
    expect(keyId).toBe("vault:rak-oauth");
    expect(Buffer.from(await sealer.open(sealed, context)).toString()).toBe("tokens");
  });

  it("asks as Vault's API wants it, with the present token and the namespace", async () => {
    const keys = wrapper({ token: async () => new Secret(token), namespace: "team-a" });
    await keys.wrap(dataKey, binding);
    const { path, headers, body } = vault.requests.at(-1) ?? {};
    expect(path).toBe("/v1/kms/transit/encrypt/rak-oauth");
    expect(headers?.get("x-vault-token")).toBe(token);
    expect(headers?.get("x-vault-namespace")).toBe("team-a");
    expect(body).toEqual({
      plaintext: dataKey.toString("base64"),
      associated_data: binding.toString("base64"),
    });
  });

  it("ST-08 has an identifier for each version, and opens what older ones wrapped", async () => {
    const unpinned = await wrapper().wrap(dataKey, binding);
    const first = wrapper({ keyVersion: 1 });
    const before = await first.wrap(dataKey, binding);
    vault.rotate();
    const second = wrapper({ keyVersion: 2 });
    expect([first.currentKeyId, second.currentKeyId]).toEqual([
      "vault:rak-oauth:v1",
      "vault:rak-oauth:v2",
    ]);
    const after = await second.wrap(dataKey, binding);
    expect(await second.unwrap("vault:rak-oauth", unpinned, binding)).toEqual(dataKey);
    expect(await second.unwrap("vault:rak-oauth:v1", before, binding)).toEqual(dataKey);
    expect(await second.unwrap("vault:rak-oauth:v2", after, binding)).toEqual(dataKey);
    expect(
      await refusal(() => second.unwrap("vault:rak-oauth:v2", before, binding)),
    ).toBeInstanceOf(SealingError);
  });

  it("opens with its own key only, and sends nothing that is no ciphertext", async () => {
    const keys = wrapper();
    const wrapped = await keys.wrap(dataKey, binding);
    const before = vault.requests.length;
    for (const [id, bytes] of [
      ["vault:other", wrapped],
      ["vault:../../sys/seal", wrapped],
      ["2026-11", wrapped],
      ["vault:rak-oauth", randomBytes(60)],
    ] as const) {
      expect(await refusal(() => keys.unwrap(id, bytes, binding))).toBeInstanceOf(SealingError);
    }
    expect(vault.requests).toHaveLength(before);
  });

  it.each<[string, Partial<VaultTransitKeyWrapperOptions>, string]>([
    ["an unknown key name", { keyName: "rak-oaut" }, "has no kms/transit/encrypt/rak-oaut. Check"],
    ["an unknown mount", { mount: "secret" }, "vault write -f secret/keys/rak-oauth"],
    ["a version that is not there", { keyVersion: 99 }, "keyVersion must exist"],
    [
      "a refused token",
      { token: new Secret("canary-wrong") },
      'refused the token for kms/transit/encrypt/rak-oauth: it has expired, or its policy lacks "update"',
    ],
    [
      "a token with a line break",
      { token: new Secret("canary\n") },
      "token is empty, or has spaces",
    ],
  ])("EV-02 says how to mend %s", async (_what, options, sentence) => {
    const error = await refusal(() => wrapper(options).wrap(dataKey, binding));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(sentence);
  });

  it("tells a missing key from a damaged record when it unwraps", async () => {
    const keys = wrapper();
    const wrapped = await keys.wrap(dataKey, binding);
    vault.answer = () => refuse(400, "encryption key not found");
    const unwrap = () => keys.unwrap("vault:rak-oauth", wrapped, binding);
    expect(await refusal(unwrap)).toBeInstanceOf(ConfigurationError);
  });

  it.each<[string, () => Response, string]>([
    ["is sealed", () => refuse(503, "Vault is sealed"), "is sealed or down for maintenance"],
    ["is overloaded", () => refuse(429, "canary"), "answered with status 429"],
    ["fails", () => new Response("canary", { status: 502 }), "answered with status 502"],
    ["answers no JSON", () => new Response("<canary>"), "answered without a ciphertext"],
    [
      "answers another thing",
      () => Response.json({ data: { ciphertext: "canary" } }),
      "something else than a ciphertext",
    ],
  ])(
    "calls it passing when Vault %s, without repeating its answer",
    async (_what, answer, sentence) => {
      vault.answer = answer;
      const error = await refusal(() => wrapper().wrap(dataKey, binding));
      expect(error).toBeInstanceOf(KeyServiceUnavailableError);
      expect(error.message).toContain(sentence);
    },
  );

  it("follows no redirect with the token", async () => {
    const before = vault.requests.length;
    vault.answer = () => new Response(null, { status: 307, headers: { location: vault.url } });
    const error = await refusal(() => wrapper().wrap(dataKey, binding));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain("its active node where nodes redirect");
    expect(vault.requests).toHaveLength(before + 1);
  });

  it("calls it passing when Vault does not answer, or not in time", async () => {
    const gone = await startFakeVault({ token, mount: "transit", keyName: "rak-oauth" });
    await gone.stop();
    const unreachable = await refusal(() => wrapper({ address: gone.url }).wrap(dataKey, binding));
    expect(unreachable).toBeInstanceOf(KeyServiceUnavailableError);
    expect(unreachable.message).toContain("cannot be reached (ECONNREFUSED)");

    let finish = (_response: Response): void => undefined;
    vault.answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const slow = await refusal(() => wrapper({ timeoutMs: 20 }).wrap(dataKey, binding));
    expect(slow).toBeInstanceOf(KeyServiceUnavailableError);
    expect(slow.message).toContain("did not answer within 20 ms");
    finish(refuse(503));
  });

  it.each<[string, Partial<VaultTransitKeyWrapperOptions>]>([
    ["address", { address: "http://vault.example.com:8200" }],
    ["address", { address: "vault.example.com" }],
    ["keyName", { keyName: "../sys/seal" }],
    ["keyVersion", { keyVersion: 0 }],
    ["mount", { mount: "/transit/" }],
  ])("EV-02 refuses a bad %s when it is made", async (name, options) => {
    const error = await refusal(() => wrapper(options));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`VaultTransitKeyWrapper: ${name} must be`);
  });

  it("EV-01 shows no token", () => {
    expect(inspect(wrapper(), { depth: 9, showHidden: true })).not.toContain("canary");
    expect(JSON.stringify(wrapper())).not.toContain("canary");
  });
});
