import { createHash } from "node:crypto";
import { OAuth2Error } from "./errors.js";

/**
 * Whose credential, at which provider. Without `userId` it belongs to the application itself.
 * Each part is at most 512 bytes of UTF-8, not empty, and free of NUL.
 */
export interface CredentialKey {
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  readonly provider: string;
  /** Tells several accounts of one user at one provider apart. */
  readonly account?: string | undefined;
}

/** A user of a tenant; without `userId`, the application itself. */
export type CredentialOwner = Pick<CredentialKey, "tenantId" | "userId">;

/** Longest accepted part of a {@link CredentialKey}, in bytes of UTF-8. */
const maximumPartBytes = 512;

/** Printable ASCII that is short enough. */
const plainPart = /^[ -~]{1,512}$/;

const partNames = ["tenantId", "userId", "provider", "account"] as const;

/**
 * Checks a key at the border of the library.
 *
 * @throws OAuth2Error with code `invalid_credential_key`, naming the part.
 */
export function assertCredentialKey(key: CredentialKey): void {
  assertObject(key);
  if (key.provider === undefined) throw invalidPart("provider", "is missing");
  for (const name of partNames) assertPart(name, key[name]);
}

/**
 * Checks an owner at the border of the library.
 *
 * @throws OAuth2Error with code `invalid_credential_key`, naming the part.
 */
export function assertCredentialOwner(owner: CredentialOwner): void {
  assertObject(owner);
  assertPart("tenantId", owner.tenantId);
  assertPart("userId", owner.userId);
}

/**
 * One short text for one key: SHA-256 over its length-prefixed parts, as 43 characters of base64url.
 * Different keys never share one, whatever characters they hold, so a store may use it as its
 * primary key.
 */
export function credentialId(key: CredentialKey): string {
  return digest([key.tenantId, key.userId, key.provider, key.account]);
}

/** The same for an owner: what a store may index its lists by. */
export function credentialOwnerId(owner: CredentialOwner): string {
  return digest([owner.tenantId, owner.userId]);
}

/**
 * Injective encoding of optional well-formed texts: length and text of each, a dash where one is
 * absent. Also the additional data that binds a ciphertext to its key.
 */
export function encodeParts(parts: readonly (string | undefined)[]): Buffer {
  // As one text, for this is on the way of every read.
  let text = "";
  for (const part of parts) text += part === undefined ? "-" : `${part.length}:${part}`;
  return Buffer.from(text, "utf8");
}

function digest(parts: readonly (string | undefined)[]): string {
  return createHash("sha256").update(encodeParts(parts)).digest("base64url");
}

function assertObject(value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw invalidPart("the key", `is ${describeType(value)}, not an object`);
}

function assertPart(name: string, value: string | undefined): void {
  if (value === undefined) return;
  if (typeof value !== "string") {
    throw invalidPart(name, `is ${describeType(value)}, not a string`);
  }
  // What nearly every identifier is, told by one look: this is on the way of every read.
  if (plainPart.test(value)) return;
  if (value === "") throw invalidPart(name, "is empty; leave it out instead");
  if (value.includes("\0")) throw invalidPart(name, "contains a NUL character");
  if (!value.isWellFormed()) throw invalidPart(name, "contains a lone surrogate (broken Unicode)");
  const bytes = Buffer.byteLength(value, "utf8");
  if (bytes > maximumPartBytes) {
    throw invalidPart(
      name,
      `is ${bytes} bytes long, more than ${maximumPartBytes}; use a shorter identifier, or a hash of it`,
    );
  }
}

function describeType(value: unknown): string {
  return value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}

function invalidPart(name: string, problem: string): OAuth2Error {
  return new OAuth2Error("invalid_credential_key", `Credential key: ${name} ${problem}.`);
}
