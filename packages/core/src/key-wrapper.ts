/**
 * Wraps the data keys of sealed records with a key-encryption key: a local {@link Keyring}, or a key
 * management service.
 */
export interface KeyWrapper {
  /** Identifier of the key that new records are sealed with; at most 255 bytes of UTF-8. */
  readonly currentKeyId: string;

  /**
   * Encrypts a data key with the current key.
   *
   * @throws KeyServiceUnavailableError when a service does not answer; the same call may succeed later.
   */
  wrap(dataKey: Uint8Array, additionalData: Uint8Array): Uint8Array | Promise<Uint8Array>;

  /**
   * Decrypts a data key with the key of that identifier, and no other.
   *
   * @throws SealingError when the key is absent or the bytes are not what {@link KeyWrapper.wrap} gave.
   * @throws KeyServiceUnavailableError when a service does not answer; the same call may succeed later.
   */
  unwrap(
    keyId: string,
    wrapped: Uint8Array,
    additionalData: Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
}
