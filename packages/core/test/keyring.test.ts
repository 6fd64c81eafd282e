import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  ConfigurationError,
  generateKey,
  Keyring,
  parseKeyring,
  SealingError,
} from "../src/index.js";
import { errorOf } from "./error-of.js";

const bytes = new TextEncoder();
const dataKey = randomBytes(32);
const binding = bytes.encode("alice");
const oldKey = randomBytes(32);
const newKey = randomBytes(32);

describe("Keyring", () => {
  const keys = new Keyring({
    keys: [
      { id: "new", key: newKey },
      { id: "old", key: oldKey },
    ],
  });

  it("wraps with the first key and unwraps with the one that is named", () => {
    expect(keys.currentKeyId).toBe("new");
    const wrapped = keys.wrap(dataKey, binding);
    expect(Buffer.from(keys.unwrap("new", wrapped, binding))).toEqual(dataKey);
    expect(() => keys.unwrap("old", wrapped, binding)).toThrow(SealingError);
  });

  it("ST-08 unwraps with an old key what it wrapped", () => {
    const before = new Keyring({ keys: [{ id: "old", key: oldKey }] });
    const wrapped = before.wrap(dataKey, binding);
    expect(Buffer.from(keys.unwrap("old", wrapped, binding))).toEqual(dataKey);
  });

  it("never wraps the same way twice", () => {
    expect(keys.wrap(dataKey, binding)).not.toEqual(keys.wrap(dataKey, binding));
  });

  it("names the key that is not there, and those that are", async () => {
    const error = await errorOf(() => keys.unwrap("2024", new Uint8Array(60), binding));
    expect(error).toBeInstanceOf(SealingError);
    expect(error.message).toContain('key "2024", which is not in the keyring (it has: new, old)');
    expect(error.message).toContain("Add that key again");
  });

  it("refuses a data key that was changed, cut, lengthened or bound to something else", () => {
    const wrapped = keys.wrap(dataKey, binding);
    for (let index = 0; index < wrapped.length; index += 1) {
      const changed = Uint8Array.from(wrapped);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => keys.unwrap("new", changed, binding)).toThrow(SealingError);
      expect(() => keys.unwrap("new", wrapped.subarray(0, index), binding)).toThrow(SealingError);
    }
    expect(() => keys.unwrap("new", Buffer.concat([wrapped, Buffer.of(0)]), binding)).toThrow(
      'key "new"',
    );
    expect(() => keys.unwrap("new", wrapped, bytes.encode("bob"))).toThrow(SealingError);
  });

  it("does not open with other bytes under the same identifier", () => {
    const wrapped = keys.wrap(dataKey, binding);
    const other = new Keyring({ keys: [{ id: "new", key: randomBytes(32) }] });
    expect(() => other.unwrap("new", wrapped, binding)).toThrow("the key's value was changed");
  });

  it("keeps its own copy of a key whose owner wipes it", () => {
    const key = Buffer.from(newKey);
    const copying = new Keyring({ keys: [{ id: "new", key }] });
    key.fill(0);
    const wrapped = keys.wrap(dataKey, binding);
    expect(Buffer.from(copying.unwrap("new", wrapped, binding))).toEqual(dataKey);
  });

  it("EV-01 shows no key", () => {
    const shown = inspect(keys, { depth: 9, showHidden: true, customInspect: false });
    expect(shown).not.toContain(newKey.toString("hex").slice(0, 8));
    expect(shown).not.toContain("<Buffer");
    expect(shown).not.toContain("Uint8Array");
    expect(JSON.stringify(keys)).toBe('{"currentKeyId":"new"}');
  });

  it.each<[string, ConstructorParameters<typeof Keyring>[0]["keys"], string]>([
    ["no key", [], "keys is empty. Give at least one key; generateKey() makes one."],
    ["a short key", [{ id: "a", key: randomBytes(16) }], "is 16 bytes long, not 32"],
    ["a bad identifier", [{ id: "a.b", key: newKey }], "key 1 of 1 has an identifier that is not"],
    [
      "a doubled identifier",
      [
        { id: "a", key: newKey },
        { id: "a", key: oldKey },
      ],
      '"a" is there twice. Remove one.',
    ],
  ])("EV-02 refuses %s", async (_what, given, sentence) => {
    const error = await errorOf(() => new Keyring({ keys: given }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(sentence);
  });
});

describe("parseKeyring", () => {
  it("reads one generated key", () => {
    const keys = parseKeyring(`2026-11:${generateKey()}`);
    expect(keys.currentKeyId).toBe("2026-11");
  });

  it("reads several, the current one first, whatever space is between them", () => {
    const [first, second] = [generateKey(), generateKey()];
    const before = parseKeyring(`b:${second}`);
    const keys = parseKeyring(` a:${first} ,\n b:${second} `);
    expect(keys.currentKeyId).toBe("a");
    expect(keys.unwrap("b", before.wrap(dataKey, binding), binding)).toEqual(dataKey);
  });

  it("reads base64url too", () => {
    const key = Buffer.alloc(32, 0xfb);
    const keys = parseKeyring(`a:${key.toString("base64url")}`);
    const same = parseKeyring(`a:${key.toString("base64")}`);
    expect(same.unwrap("a", keys.wrap(dataKey, binding), binding)).toEqual(dataKey);
  });

  it("makes a new key each time", () => {
    expect(generateKey()).not.toBe(generateKey());
    expect(Buffer.from(generateKey(), "base64")).toHaveLength(32);
  });

  const base64 = Buffer.from("canary-canary-canary-canary-1234").toString("base64");
  const base64url = Buffer.from("canary-canary-canary-canary-1234").toString("base64url");
  it.each([
    ["nothing", "", "entry 1 of 1 is not of the form id:base64"],
    ["a key without an identifier", base64, "entry 1 of 1 is not of the form id:base64"],
    ["an empty identifier", `:${base64}`, "entry 1 of 1 is not of the form id:base64"],
    ["identifier and key swapped", `${base64}:2026`, "entry 1 of 1 is not of the form"],
    ["the same without padding", `${base64url}:2026`, "entry 1 of 1 holds a key of 3 bytes, not"],
    ["another separator", `a=${base64}`, "entry 1 of 1 is not of the form id:base64"],
    ["a trailing comma", `a:${base64},`, "entry 2 of 2 is not of the form id:base64"],
    ["a key in quotes", `a:"${base64}"`, "entry 1 of 1 is not of the form id:base64"],
    ["a key in hexadecimal", `a:${"ab".repeat(32)}`, "entry 1 of 1 holds a key of 48 bytes, not"],
    ["a cut key", `a:${base64.slice(0, 20)}`, "entry 1 of 1 holds a key of 15 bytes, not 32"],
    ["one identifier for two", `a:${base64},a:${generateKey()}`, '"a" is there twice'],
  ])("EV-02 refuses %s without showing any key", async (_what, text, sentence) => {
    const error = await errorOf(() => parseKeyring(text));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(sentence);
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of [base64, base64url, base64.slice(0, 20), "canary"]) {
      expect(shown).not.toContain(secret);
    }
  });
});
