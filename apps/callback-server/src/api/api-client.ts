import type { KeyObject } from "node:crypto";

/** A program that may use the API. It proves itself by one of its keys, of either kind. */
export interface ApiClient {
  readonly name: string;
  /** The only tenant it reaches. @defaultValue any, and the users that belong to none */
  readonly tenantId?: string | undefined;
  /** SHA-256 of each API key. */
  readonly keyHashes: readonly Buffer[];
  /** Public keys that its assertions may be signed with. */
  readonly publicKeys: readonly ClientPublicKey[];
}

/** A public key and what it may verify. */
export interface ClientPublicKey {
  readonly key: KeyObject;
  readonly keyId?: string | undefined;
  /** JWS algorithms (RFC 7518 §3.1) that fit the key. */
  readonly algorithms: readonly string[];
}
