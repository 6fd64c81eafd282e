import { randomBytes, randomUUID } from "node:crypto";
import type { CredentialKey, SealedCredential } from "@rak-oauth/core";

/** A key nobody else uses. */
export function someKey(): CredentialKey {
  return { tenantId: "acme", userId: `alice-${randomUUID()}`, provider: "example" };
}

/** A write with a fingerprint of its own. */
export function someCredential(): SealedCredential {
  return {
    sealed: randomBytes(64),
    keyId: "test",
    fingerprint: randomBytes(16).toString("base64url"),
    expiresInMs: 60_000,
  };
}
