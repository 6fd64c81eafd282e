import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertCredentialKey,
  assertCredentialOwner,
  type CredentialKey,
  credentialId,
  credentialOwnerId,
  OAuth2Error,
} from "../src/index.js";
import { errorOf } from "./error-of.js";

/** Few texts beside the odd ones, so that equal and nearly equal parts are drawn often. */
const part = fc.oneof(
  fc.constantFrom("a", "b", "ab", "a:b", "a/b", "{a}", "é", "e\u0301"),
  fc.string({ unit: fc.constantFrom("a", "b", ":", "\0", "🦜", "\ud800"), maxLength: 5 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const optionalPart = fc.option(part, { nil: undefined });
const anyKey = fc.record<CredentialKey>({
  tenantId: optionalPart,
  userId: optionalPart,
  provider: part,
  account: optionalPart,
});

function isAccepted(key: CredentialKey): boolean {
  try {
    assertCredentialKey(key);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(OAuth2Error);
    expect((error as OAuth2Error).code).toBe("invalid_credential_key");
    expect((error as OAuth2Error).message).toMatch(
      /^Credential key: (tenantId|userId|provider|account) (is|contains) .+\.$/,
    );
    return false;
  }
}

function partsOf({ tenantId, userId, provider, account }: CredentialKey) {
  return [tenantId, userId, provider, account];
}

function areEqual(one: CredentialKey, other: CredentialKey): boolean {
  const others = partsOf(other);
  return partsOf(one).every((value, index) => value === others[index]);
}

describe("credentialId", () => {
  it("ST-05 is equal for equal accepted keys and for no others", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        fc.pre(isAccepted(one) && isAccepted(other));
        expect(credentialId(one) === credentialId(other)).toBe(areEqual(one, other));
      }),
      { numRuns: 300 },
    );
  });

  it("ST-05 stays apart when a character moves from one part to the next", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 3, maxLength: 20 }), (text) => {
        fc.pre(isAccepted({ provider: text }));
        const characters = [...text];
        const ids = characters.flatMap((_, index) => {
          const head = characters.slice(0, index).join("") || undefined;
          const tail = characters.slice(index).join("");
          return [
            credentialId({ userId: head, provider: tail }),
            credentialId({ tenantId: head, provider: tail }),
            credentialId({ provider: tail, account: head }),
          ];
        });
        // Without a head the three are one and the same key.
        expect(new Set(ids).size).toBe(ids.length - 2);
      }),
    );
  });

  it("does not depend on the order of fields, nor on spelling out absent ones", () => {
    expect(credentialId({ provider: "p", userId: "u" })).toBe(
      credentialId({ account: undefined, userId: "u", tenantId: undefined, provider: "p" }),
    );
  });

  it("is 43 characters of base64url and stays the same between versions", () => {
    expect(credentialId({ tenantId: "t", userId: "u", provider: "p", account: "a" })).toBe(
      "Sr_uMK5D_arrPI9nctikVfAXuNCVCg0lhtHR6J3HilQ",
    );
  });

  it("differs from the id of the key's owner", () => {
    const owner = { tenantId: "t", userId: "u" };
    expect(credentialOwnerId(owner)).toMatch(/^[\w-]{43}$/);
    expect(credentialOwnerId(owner)).not.toBe(credentialOwnerId({ userId: "u" }));
    expect(credentialOwnerId({ tenantId: "u" })).not.toBe(credentialOwnerId({ userId: "u" }));
  });
});

describe("assertCredentialKey", () => {
  it("ST-05 accepts whatever characters an identifier has", () => {
    for (const userId of ["a:b", "{a}", "a/b", "🦜", "'; --", " ", "\n", "x".repeat(512)]) {
      assertCredentialKey({ tenantId: userId, userId, provider: userId, account: userId });
      assertCredentialOwner({ tenantId: userId, userId });
    }
  });

  it.each<[unknown, string]>([
    [{ provider: undefined }, "provider is missing."],
    [{ provider: "" }, "provider is empty; leave it out instead."],
    [{ provider: "p", userId: "" }, "userId is empty; leave it out instead."],
    [{ provider: "p", userId: null }, "userId is null, not a string."],
    [{ provider: "p", userId: 7 }, "userId is of type number, not a string."],
    [{ provider: "p", account: "a\0b" }, "account contains a NUL character."],
    [{ provider: "p", tenantId: "\ud800" }, "tenantId contains a lone surrogate (broken Unicode)."],
    [
      { provider: "p", userId: "é".repeat(2048) },
      "userId is 4096 bytes long, more than 512; use a shorter identifier, or a hash of it.",
    ],
    [undefined, "the key is undefined, not an object."],
    [null, "the key is null, not an object."],
    ["alice", "the key is of type string, not an object."],
  ])("ST-05 refuses %o and says why", async (key, problem) => {
    const error = await errorOf(() => assertCredentialKey(key as CredentialKey));
    expect(error).toBeInstanceOf(OAuth2Error);
    expect(error).toMatchObject({
      code: "invalid_credential_key",
      message: `Credential key: ${problem}`,
    });
  });

  it("refuses bad owners in the same words", async () => {
    expect(await errorOf(() => assertCredentialOwner({ userId: "" }))).toMatchObject({
      code: "invalid_credential_key",
      message: "Credential key: userId is empty; leave it out instead.",
    });
    const nobody = undefined as unknown as CredentialKey;
    expect(await errorOf(() => assertCredentialOwner(nobody))).toMatchObject({
      code: "invalid_credential_key",
    });
  });
});
