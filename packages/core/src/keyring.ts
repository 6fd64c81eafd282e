import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { asBuffer } from "./as-buffer.js";
import { ConfigurationError, SealingError } from "./errors.js";
import type { KeyWrapper } from "./key-wrapper.js";

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Some three megabytes. A record that is read again costs one decryption instead of two. */
const keptDataKeys = 10_000;
const identifier = /^[\w-]{1,64}$/;

/** Options of {@link Keyring}. */
export interface KeyringOptions {
  /**
   * Key-encryption keys by identifier, 32 bytes each. The first seals new records; the others open
   * what they sealed, and stay until no record needs them.
   */
  readonly keys: readonly { readonly id: string; readonly key: Uint8Array }[];
}

interface KeptDataKey {
  readonly keyId: string;
  readonly additionalData: Buffer;
  readonly dataKey: Uint8Array;
}

/** Key-encryption keys held in this process. */
export class Keyring implements KeyWrapper {
  readonly currentKeyId: string;
  readonly #keys = new Map<string, Uint8Array>();
  /** By their wrapped form. */
  readonly #dataKeys = new LRUCache<string, KeptDataKey>({ max: keptDataKeys });

  /** @throws ConfigurationError naming the key that is missing, doubled or of the wrong length. */
  constructor(options: KeyringOptions) {
    const [current] = options.keys;
    if (!current) {
      throw new ConfigurationError(
        "Keyring: keys is empty. Give at least one key; generateKey() makes one.",
      );
    }
    for (const [index, { id, key }] of options.keys.entries()) {
      if (!identifier.test(id)) {
        // Not shown: a key and its identifier are easily swapped.
        throw new ConfigurationError(
          `Keyring: key ${index + 1} of ${options.keys.length} has an identifier that is not 1 to 64 letters, digits, "_" or "-".`,
        );
      }
      if (this.#keys.has(id)) {
        throw new ConfigurationError(`Keyring: key identifier "${id}" is there twice. Remove one.`);
      }
      if (key.length !== keyBytes) {
        throw new ConfigurationError(
          `Keyring: key "${id}" is ${key.length} bytes long, not ${keyBytes}. Make one with generateKey().`,
        );
      }
      this.#keys.set(id, Uint8Array.from(key));
    }
    this.currentKeyId = current.id;
  }

  wrap(dataKey: Uint8Array, additionalData: Uint8Array): Uint8Array {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key(this.currentKeyId), iv, {
      authTagLength: tagBytes,
    });
    cipher.setAAD(additionalData);
    return Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  }

  unwrap(keyId: string, wrapped: Uint8Array, additionalData: Uint8Array): Uint8Array {
    const name = asBuffer(wrapped).toString("latin1");
    const kept = this.#dataKeys.get(name);
    // A cached key must be as hard to move as a wrapped one.
    if (kept?.keyId === keyId && kept.additionalData.equals(additionalData)) return kept.dataKey;
    const dataKey = this.#decrypt(keyId, wrapped, additionalData);
    this.#dataKeys.set(name, { keyId, additionalData: Buffer.from(additionalData), dataKey });
    return dataKey;
  }

  #decrypt(keyId: string, wrapped: Uint8Array, additionalData: Uint8Array): Uint8Array {
    const key = this.#key(keyId);
    if (wrapped.length !== ivBytes + keyBytes + tagBytes) throw damagedKey(keyId);
    const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(wrapped.subarray(ivBytes + keyBytes));
    try {
      const dataKey = decipher.update(wrapped.subarray(ivBytes, ivBytes + keyBytes));
      decipher.final();
      return dataKey;
    } catch {
      throw damagedKey(keyId);
    }
  }

  #key(id: string): Uint8Array {
    const key = this.#keys.get(id);
    if (!key) {
      const known = [...this.#keys.keys()].join(", ");
      throw new SealingError(
        `A record was sealed with key ${JSON.stringify(id)}, which is not in the keyring (it has: ${known}). Add that key again; it stays until no record needs it.`,
      );
    }
    return key;
  }
}

/** A new random key-encryption key as base64, for {@link parseKeyring}. */
export function generateKey(): string {
  return randomBytes(keyBytes).toString("base64");
}

/**
 * Reads a keyring from one line of text: `id:base64` entries separated by commas, the current one
 * first.
 *
 * @throws ConfigurationError saying which entry is wrong, without showing it.
 */
export function parseKeyring(text: string): Keyring {
  const entries = text.split(",").map((entry) => entry.trim());
  return new Keyring({
    keys: entries.map((entry, index) => {
      const separator = entry.indexOf(":");
      const id = entry.slice(0, Math.max(0, separator));
      const encoded = entry.slice(separator + 1);
      const where = `Keyring: entry ${index + 1} of ${entries.length}`;
      if (!identifier.test(id) || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) {
        throw new ConfigurationError(
          `${where} is not of the form id:base64. Example: "2026-11:<44 characters of base64>".`,
        );
      }
      const key = Buffer.from(encoded, "base64");
      if (key.length !== keyBytes) {
        throw new ConfigurationError(
          `${where} holds a key of ${key.length} bytes, not ${keyBytes}. Make one with generateKey().`,
        );
      }
      return { id, key };
    }),
  });
}

function damagedKey(keyId: string): SealingError {
  return new SealingError(
    `A record's data key does not open with key "${keyId}": the record was damaged or moved, or the key's value was changed.`,
  );
}
