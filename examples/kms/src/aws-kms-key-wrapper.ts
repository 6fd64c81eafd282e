import {
  DecryptCommand,
  EncryptCommand,
  type KMSClient,
  KMSServiceException,
} from "@aws-sdk/client-kms";
import { KeyServiceUnavailableError, type KeyWrapper, SealingError } from "@rak-oauth/core";

/** What KMS says of a key that will not open a record, however often it is asked. */
const hopeless: ReadonlySet<string> = new Set([
  "DisabledException",
  "IncorrectKeyException",
  "InvalidCiphertextException",
  "KMSInvalidStateException",
  "NotFoundException",
]);

/** Wraps data keys with a key of AWS KMS, by its ARN. What it sealed with older keys it still opens. */
export function awsKmsKeyWrapper(client: KMSClient, keyArn: string): KeyWrapper {
  return {
    currentKeyId: keyArn,
    async wrap(dataKey, additionalData) {
      const { CiphertextBlob } = await ask(keyArn, () =>
        client.send(
          new EncryptCommand({
            KeyId: keyArn,
            Plaintext: dataKey,
            EncryptionContext: contextOf(additionalData),
          }),
        ),
      );
      if (CiphertextBlob === undefined) throw unavailable(keyArn, "an answer without a ciphertext");
      return CiphertextBlob;
    },
    async unwrap(keyId, wrapped, additionalData) {
      const { Plaintext } = await ask(keyId, () =>
        client.send(
          new DecryptCommand({
            KeyId: keyId,
            CiphertextBlob: wrapped,
            EncryptionContext: contextOf(additionalData),
          }),
        ),
      );
      if (Plaintext === undefined) throw unavailable(keyId, "an answer without a plaintext");
      return Plaintext;
    },
  };
}

/** Whose record it is: KMS writes it to its log, and opens nothing that is moved to somebody else. */
function contextOf(additionalData: Uint8Array): Record<string, string> {
  return { record: Buffer.from(additionalData).toString("base64") };
}

/** The two failures that callers know; KMS's own text stays out of them. */
async function ask<Answer>(keyId: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    const name = error instanceof KMSServiceException ? error.name : "no connection";
    if (!hopeless.has(name)) throw unavailable(keyId, name);
    throw new SealingError(
      `A record does not open with key ${keyId} (${name}). Look whether the key is enabled and in this region, or restore the record.`,
    );
  }
}

function unavailable(keyId: string, what: string): KeyServiceUnavailableError {
  return new KeyServiceUnavailableError(
    `AWS KMS did not do what was asked with key ${keyId} (${what}); the same call may succeed later.`,
  );
}
