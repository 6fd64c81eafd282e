import { crc32 } from "node:zlib";
import {
  assertCredentialKey,
  assertCredentialOwner,
  ConfigurationError,
  type CredentialKey,
  type CredentialOwner,
} from "@rak-oauth/core";

/**
 * Number of hash tags that owners are spread over. Part of the stored format: with another number,
 * records are looked for where they are not.
 */
export const shardCount = 128;

/** Names between `from` and `to`, as ZRANGEBYLEX takes them. */
export interface NameRange {
  readonly from: string;
  readonly to: string;
}

/** All names. */
export const everyName: NameRange = { from: "-", to: "+" };

/** Where a page of a listing ended. */
export interface ListPosition {
  readonly shard: number;
  readonly name: string;
}

/**
 * The name of a record within its shard: the parts of the key, separated by NUL, which no part
 * contains. An absent part is empty, which no part is. Names of one tenant, and of one owner, have a
 * common prefix, so that lists are ranges.
 *
 * @throws OAuth2Error with code `invalid_credential_key`
 */
export function credentialName(key: CredentialKey): string {
  assertCredentialKey(key);
  return `${ownerPrefix(key)}${key.provider}\0${key.account ?? ""}`;
}

/** The key that {@link credentialName} made a name of. */
export function credentialKeyOf(name: string): CredentialKey {
  const [tenantId, userId, provider, account] = name.split("\0");
  return {
    ...(tenantId ? { tenantId } : {}),
    ...(userId ? { userId } : {}),
    provider: provider ?? "",
    ...(account ? { account } : {}),
  };
}

/** What all names of an owner begin with; also the name of the owner itself. */
export function ownerPrefix(owner: CredentialOwner): string {
  return `${owner.tenantId ?? ""}\0${owner.userId ?? ""}\0`;
}

/** The shard that holds everything of an owner, so that one script sees all of it. */
export function shardOf(owner: CredentialOwner): number {
  return crc32(ownerPrefix(owner)) % shardCount;
}

/** All names of an owner. @throws OAuth2Error with code `invalid_credential_key` */
export function rangeOfOwner(owner: CredentialOwner): NameRange {
  assertCredentialOwner(owner);
  return rangeOfPrefix(ownerPrefix(owner));
}

/** All names of a tenant. @throws OAuth2Error with code `invalid_credential_key` */
export function rangeOfTenant(tenantId: string | undefined): NameRange {
  assertCredentialOwner({ tenantId });
  return rangeOfPrefix(`${tenantId ?? ""}\0`);
}

/** What is left of a range after a name. */
export function rangeAfter(range: NameRange, name: string): NameRange {
  return { from: `(${name}`, to: range.to };
}

/** Writes a position as the `next` of a page. */
export function encodePosition(position: ListPosition): string {
  return `${position.shard}.${Buffer.from(position.name, "utf8").toString("base64url")}`;
}

/** Reads what {@link encodePosition} wrote. @throws ConfigurationError for anything else */
export function decodePosition(text: string): ListPosition {
  const match = /^(\d{1,3})\.([\w-]+)$/.exec(text);
  const shard = Number(match?.[1]);
  if (!match || shard >= shardCount) {
    throw new ConfigurationError(
      "list: after is not the next of an earlier page. Pass it unchanged, or leave it out.",
    );
  }
  return { shard, name: Buffer.from(String(match[2]), "base64url").toString("utf8") };
}

function rangeOfPrefix(prefix: string): NameRange {
  // Every prefix ends with NUL, and the byte after NUL is 1.
  return { from: `[${prefix}`, to: `(${prefix.slice(0, -1)}\u0001` };
}
