import { createCipheriv, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeParts } from "../src/credential-key.js";
import {
  type CredentialKey,
  generateKey,
  Keyring,
  type KeyWrapper,
  parseKeyring,
  Sealer,
  type SealingContext,
  SealingError,
} from "../src/index.js";
import { errorOf } from "./error-of.js";

const keys = parseKeyring(`2026:${generateKey()}`);
const sealer = new Sealer(keys);
const plaintext = Buffer.from("canary-refresh-token");
const key: CredentialKey = {
  tenantId: "acme",
  userId: "alice",
  provider: "example",
  account: "work",
};
const context: SealingContext = { key, field: "credentials" };

async function refusal(sealed: Uint8Array, where: SealingContext = context, by: Sealer = sealer) {
  const error = await errorOf(() => by.open(sealed, where));
  expect(error).toBeInstanceOf(SealingError);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  return error.message;
}

describe("Sealer", () => {
  it("opens what it sealed, whatever the bytes and the key", async () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
    const optionalPart = fc.option(part, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.record({
          tenantId: optionalPart,
          userId: optionalPart,
          provider: part,
          account: optionalPart,
        }),
        async (bytes, owner) => {
          const where = { key: owner, field: "credentials" };
          const { sealed, keyId } = await sealer.seal(bytes, where);
          expect(keyId).toBe("2026");
          expect(Buffer.from(await sealer.open(sealed, where))).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it("adds a fixed number of bytes and never seals the same way twice", async () => {
    const one = await sealer.seal(plaintext, context);
    const other = await sealer.seal(plaintext, context);
    expect(one.sealed.length).toBe(plaintext.length + 92 + "2026".length);
    expect(one.sealed).not.toEqual(other.sealed);
    expect(Buffer.from(one.sealed).includes(plaintext)).toBe(false);
  });

  it("opens bytes that lie in the middle of a larger buffer", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    const larger = Buffer.concat([randomBytes(7), sealed, randomBytes(9)]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 7, sealed.length);
    expect(Buffer.from(await sealer.open(view, context))).toEqual(plaintext);
  });

  it.each<[string, SealingContext]>([
    ["tenant", { ...context, key: { ...key, tenantId: "other" } }],
    ["no tenant", { ...context, key: { ...key, tenantId: undefined } }],
    ["user", { ...context, key: { ...key, userId: "bob" } }],
    ["application", { ...context, key: { ...key, userId: undefined } }],
    ["provider", { ...context, key: { ...key, provider: "other" } }],
    ["account", { ...context, key: { ...key, account: "home" } }],
    ["no account", { ...context, key: { ...key, account: undefined } }],
    ["field", { ...context, field: "pending-authorization" }],
    ["border between parts", { ...context, key: { ...key, tenantId: "acmea", userId: "lice" } }],
  ])("ST-04 does not open when moved to another %s", async (_what, elsewhere) => {
    const { sealed } = await sealer.seal(plaintext, context);
    expect(await refusal(sealed, elsewhere)).toMatch(/damaged or moved/);
  });

  it("ST-04 does not open when the data key of one record is put before another's ciphertext", async () => {
    const mine = Buffer.from((await sealer.seal(plaintext, context)).sealed);
    const other = { ...context, key: { ...key, userId: "bob" } };
    const theirs = Buffer.from((await sealer.seal(plaintext, other)).sealed);
    const headerLength = mine.length - plaintext.length - 28;
    const mixed = Buffer.concat([mine.subarray(0, headerLength), theirs.subarray(headerLength)]);
    expect(await refusal(mixed)).toContain("it was changed, or moved from another record");
    expect(await refusal(mixed, other)).toContain("does not open");
  });

  it("refuses every flipped bit", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    for (let index = 0; index < sealed.length * 8; index += 1) {
      const changed = Uint8Array.from(sealed);
      changed[index >> 3] = (changed[index >> 3] ?? 0) ^ (1 << (index & 7));
      expect(await errorOf(() => sealer.open(changed, context))).toBeInstanceOf(SealingError);
    }
  });

  it("refuses every truncation, from either end, and anything appended", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    for (let length = 0; length < sealed.length; length += 1) {
      await refusal(sealed.subarray(0, length));
      await refusal(sealed.subarray(sealed.length - length));
    }
    await refusal(Buffer.concat([sealed, Buffer.of(0)]));
  });

  it("refuses noise", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        await refusal(noise);
        await refusal(Buffer.concat([Buffer.of(1), noise]));
      }),
    );
  });

  it("refuses a tag that was shortened to guess it", async () => {
    const dataKey = randomBytes(32);
    const open: KeyWrapper = { currentKeyId: "k", wrap: () => dataKey, unwrap: () => dataKey };
    const additionalData = encodeParts([
      "v1",
      "k",
      key.tenantId,
      key.userId,
      key.provider,
      key.account,
      context.field,
    ]);
    const withTagOf = (authTagLength: number): Buffer => {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", dataKey, iv, { authTagLength });
      cipher.setAAD(additionalData);
      const body = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      return Buffer.concat([
        Buffer.of(1, 1),
        Buffer.from("k"),
        Buffer.of(0, 32),
        dataKey,
        iv,
        body,
      ]);
    };
    const by = new Sealer(open);
    expect(Buffer.from(await by.open(withTagOf(16), context))).toEqual(plaintext);
    for (const length of [4, 8, 12, 13, 14, 15]) await refusal(withTagOf(length), context, by);
  });

  it("names the format it does not know, and the mend", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    const newer = Uint8Array.from(sealed);
    newer[0] = 2;
    expect(await refusal(newer)).toBe(
      "A sealed record has format 2, and this version of the library reads format 1. Update @rak-oauth/core.",
    );
  });

  it("names the key that is missing, and those that are there", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    const other = new Sealer(parseKeyring(`a:${generateKey()},b:${generateKey()}`));
    const message = await refusal(sealed, context, other);
    expect(message).toContain('sealed with key "2026"');
    expect(message).toContain("it has: a, b");
  });

  it("does not open with another key of the same identifier", async () => {
    const { sealed } = await sealer.seal(plaintext, context);
    const other = new Sealer(parseKeyring(`2026:${generateKey()}`));
    expect(await refusal(sealed, context, other)).toContain("the key's value was changed");
  });

  it("ST-08 seals with the new key and opens what the old one sealed", async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const before = new Sealer(new Keyring({ keys: [{ id: "old", key: oldKey }] }));
    const after = new Sealer(
      new Keyring({
        keys: [
          { id: "new", key: newKey },
          { id: "old", key: oldKey },
        ],
      }),
    );
    const { sealed, keyId } = await before.seal(plaintext, context);
    expect(keyId).toBe("old");
    expect(Buffer.from(await after.open(sealed, context))).toEqual(plaintext);
    const resealed = await after.seal(plaintext, context);
    expect(resealed.keyId).toBe("new");
    expect(after.currentKeyId).toBe("new");
    expect(await refusal(resealed.sealed, context, before)).toContain('key "new"');
  });

  it("EV-01 shows no key in what it hands out", async () => {
    const prepared = await sealer.prepare(context);
    for (const object of [sealer, prepared, prepared.seal]) {
      const shown = inspect(object, { depth: 9, showHidden: true });
      expect(shown).not.toMatch(/Buffer|Uint8Array/);
    }
  });
});

describe("Sealer with a key service", () => {
  const service: KeyWrapper = {
    currentKeyId: "arn:aws:kms:eu-central-1:111122223333:key/1234",
    wrap: async (dataKey) => Buffer.concat([Buffer.from("wrapped "), dataKey]),
    unwrap: async (keyId, wrapped) => {
      if (keyId !== service.currentKeyId) throw new SealingError(`No key ${keyId}.`);
      return wrapped.subarray("wrapped ".length);
    },
  };

  it("waits for it", async () => {
    const remote = new Sealer(service);
    const { sealed, keyId } = await remote.seal(plaintext, context);
    expect(keyId).toBe(service.currentKeyId);
    expect(Buffer.from(await remote.open(sealed, context))).toEqual(plaintext);
  });

  it("seals without it once prepared", async () => {
    let calls = 0;
    const counting: KeyWrapper = {
      ...service,
      wrap: async (dataKey, additionalData) => {
        calls += 1;
        return service.wrap(dataKey, additionalData);
      },
    };
    const prepared = await new Sealer(counting).prepare(context);
    expect(calls).toBe(1);
    const { sealed } = prepared.seal(plaintext);
    expect(calls).toBe(1);
    expect(Buffer.from(await new Sealer(service).open(sealed, context))).toEqual(plaintext);
  });

  it("passes on its failure", async () => {
    const failing: KeyWrapper = {
      ...service,
      wrap: async () => {
        throw new SealingError("The key service did not answer.");
      },
    };
    await expect(new Sealer(failing).seal(plaintext, context)).rejects.toThrow("did not answer");
  });

  it.each([
    ["an identifier too long to be written down", { currentKeyId: "k".repeat(256) }],
    ["no identifier", { currentKeyId: "" }],
    ["a wrapped key too long to be written down", { wrap: () => new Uint8Array(65_536) }],
  ])("refuses %s while preparing, before any token is spent", async (_what, change) => {
    const odd = new Sealer({ ...service, ...change });
    const error = await errorOf(() => odd.prepare(context));
    expect(error).toBeInstanceOf(SealingError);
    expect(error.message).toContain("key wrapper");
  });

  it("refuses a data key of the wrong length", async () => {
    const { sealed } = await new Sealer(service).seal(plaintext, context);
    const odd = new Sealer({ ...service, unwrap: () => new Uint8Array(16) });
    expect(await refusal(sealed, context, odd)).toContain("16 bytes");
  });
});
