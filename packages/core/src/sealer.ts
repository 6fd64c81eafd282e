import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { asBuffer } from "./as-buffer.js";
import { type CredentialKey, encodeParts } from "./credential-key.js";
import { SealingError } from "./errors.js";
import type { KeyWrapper } from "./key-wrapper.js";

const formatVersion = 1;
const dataKeyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** What a ciphertext is bound to; it opens nowhere else. */
export interface SealingContext {
  readonly key: CredentialKey;
  /** What is sealed, such as `"credentials"`. */
  readonly field: string;
}

/** Sealed bytes and the identifier of the key they need. */
export interface SealedBytes {
  readonly sealed: Uint8Array;
  readonly keyId: string;
}

/** A data key made and wrapped in advance, so that sealing needs no key service. Good for one record. */
export interface PreparedSeal {
  /** Seals with the data key, at once. */
  seal(plaintext: Uint8Array): SealedBytes;
}

/**
 * Envelope encryption with AES-256-GCM: a data key for each record, wrapped by a key-encryption
 * key, bound to its owner by additional data.
 *
 * Layout: version (1 byte), length of key identifier (1), key identifier, length of wrapped data
 * key (2), wrapped data key, IV (12), ciphertext, tag (16).
 */
export class Sealer {
  readonly #keys: KeyWrapper;

  constructor(keys: KeyWrapper) {
    this.#keys = keys;
  }

  /** Identifier of the key that new records are sealed with. */
  get currentKeyId(): string {
    return this.#keys.currentKeyId;
  }

  /**
   * Makes and wraps a data key, for a seal that must neither wait nor fail later.
   *
   * @throws SealingError when the key wrapper gives what no record can hold.
   */
  async prepare(context: SealingContext): Promise<PreparedSeal> {
    const keyId = this.#keys.currentKeyId;
    const additionalData = bind(context, keyId);
    const dataKey = randomBytes(dataKeyBytes);
    const wrapped = await this.#keys.wrap(dataKey, additionalData);
    const header = encodeHeader(keyId, wrapped);
    return {
      seal: (plaintext) => {
        const iv = randomBytes(ivBytes);
        const cipher = createCipheriv("aes-256-gcm", dataKey, iv, { authTagLength: tagBytes });
        cipher.setAAD(additionalData);
        const sealed = Buffer.concat([
          header,
          iv,
          cipher.update(plaintext),
          cipher.final(),
          cipher.getAuthTag(),
        ]);
        return { sealed, keyId };
      },
    };
  }

  /** Seals in one step. */
  async seal(plaintext: Uint8Array, context: SealingContext): Promise<SealedBytes> {
    const prepared = await this.prepare(context);
    return prepared.seal(plaintext);
  }

  /**
   * Opens what was sealed for the same context.
   *
   * @throws SealingError when the key is absent, or the bytes are damaged, moved or of a newer format.
   */
  async open(sealed: Uint8Array, context: SealingContext): Promise<Uint8Array> {
    const { keyId, wrapped, body } = decodeHeader(sealed);
    const additionalData = bind(context, keyId);
    const unwrapped = this.#keys.unwrap(keyId, wrapped, additionalData);
    const dataKey = unwrapped instanceof Uint8Array ? unwrapped : await unwrapped;
    if (dataKey.length !== dataKeyBytes) {
      throw new SealingError(
        `The key wrapper gave a data key of ${dataKey.length} bytes, not ${dataKeyBytes}. Its unwrap() must give what wrap() was given.`,
      );
    }
    const decipher = createDecipheriv("aes-256-gcm", dataKey, body.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(body.subarray(body.length - tagBytes));
    try {
      const plaintext = decipher.update(body.subarray(ivBytes, body.length - tagBytes));
      decipher.final();
      return plaintext;
    } catch {
      throw damaged("it was changed, or moved from another record");
    }
  }
}

function bind(context: SealingContext, keyId: string): Buffer {
  const { tenantId, userId, provider, account } = context.key;
  return encodeParts([
    `v${formatVersion}`,
    keyId,
    tenantId,
    userId,
    provider,
    account,
    context.field,
  ]);
}

function encodeHeader(keyId: string, wrapped: Uint8Array): Buffer {
  const id = Buffer.from(keyId, "utf8");
  if (id.length < 1 || id.length > 0xff) {
    throw new SealingError(
      `The key wrapper's currentKeyId is ${id.length} bytes long and must be 1 to 255.`,
    );
  }
  if (wrapped.length > 0xffff) {
    throw new SealingError(
      `The key wrapper gave a wrapped data key of ${wrapped.length} bytes, more than 65535.`,
    );
  }
  const wrappedLength = Buffer.alloc(2);
  wrappedLength.writeUInt16BE(wrapped.length);
  return Buffer.concat([Buffer.of(formatVersion, id.length), id, wrappedLength, wrapped]);
}

function decodeHeader(sealed: Uint8Array): { keyId: string; wrapped: Buffer; body: Buffer } {
  const bytes = asBuffer(sealed);
  if (bytes.length < 4) throw damaged("it is too short");
  const version = bytes.readUInt8(0);
  if (version !== formatVersion) {
    throw new SealingError(
      `A sealed record has format ${version}, and this version of the library reads format ${formatVersion}. Update @rak-oauth/core.`,
    );
  }
  const idEnd = 2 + bytes.readUInt8(1);
  if (bytes.length < idEnd + 2) throw damaged("it is too short");
  const wrappedEnd = idEnd + 2 + bytes.readUInt16BE(idEnd);
  const body = bytes.subarray(wrappedEnd);
  if (body.length < ivBytes + tagBytes) throw damaged("it is too short");
  return {
    keyId: bytes.toString("utf8", 2, idEnd),
    wrapped: bytes.subarray(idEnd + 2, wrappedEnd),
    body,
  };
}

function damaged(how: string): SealingError {
  return new SealingError(
    `A sealed record does not open: ${how}. Restore it from a backup, or let the user authorize again.`,
  );
}
