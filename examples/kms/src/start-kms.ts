import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { startHttpServer } from "@rak-oauth/test-kit";

/** Stands in for AWS KMS: its two requests, its log, and keys that can be disabled. */
export interface StartedKms {
  readonly url: string;
  /** What it was asked for, as CloudTrail would have it. */
  readonly requests: readonly string[];
  createKey(name: string): string;
  disableKey(arn: string): void;
  stop(): Promise<void>;
}

interface KmsRequest {
  readonly KeyId: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

export async function startKms(): Promise<StartedKms> {
  const keys = new Map<string, { readonly secret: Buffer; isEnabled: boolean }>();
  const requests: string[] = [];
  const server = await startHttpServer(async (request) => {
    const action = request.headers.get("x-amz-target")?.split(".")[1] ?? "";
    const body = (await request.json()) as KmsRequest;
    requests.push(`${action} ${body.KeyId}`);
    const key = keys.get(body.KeyId);
    if (key === undefined) return refuse("NotFoundException");
    if (!key.isEnabled) return refuse("DisabledException");
    const context = Buffer.from(JSON.stringify(body.EncryptionContext ?? {}));
    if (action === "Encrypt") {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key.secret, nonce).setAAD(context);
      const parts = [cipher.update(body.Plaintext ?? "", "base64"), cipher.final()];
      const blob = Buffer.concat([nonce, ...parts, cipher.getAuthTag()]);
      return Response.json({ KeyId: body.KeyId, CiphertextBlob: blob.toString("base64") });
    }
    const blob = Buffer.from(body.CiphertextBlob ?? "", "base64");
    try {
      const cipher = createDecipheriv("aes-256-gcm", key.secret, blob.subarray(0, 12))
        .setAAD(context)
        .setAuthTag(blob.subarray(-16));
      const plaintext = Buffer.concat([cipher.update(blob.subarray(12, -16)), cipher.final()]);
      return Response.json({ KeyId: body.KeyId, Plaintext: plaintext.toString("base64") });
    } catch {
      return refuse("InvalidCiphertextException");
    }
  });
  return {
    url: server.url,
    requests,
    createKey(name) {
      const arn = `arn:aws:kms:eu-central-1:111122223333:key/${name}`;
      keys.set(arn, { secret: randomBytes(32), isEnabled: true });
      return arn;
    },
    disableKey(arn) {
      const key = keys.get(arn);
      if (key !== undefined) key.isEnabled = false;
    },
    stop: () => server.stop(),
  };
}

function refuse(name: string): Response {
  return Response.json({ __type: name, message: name }, { status: 400 });
}
