import { randomBytes } from "node:crypto";
import type { SealedCredential } from "@rak-oauth/core";

/** What a sealed credential looks like to a store; no two share a fingerprint. */
export function sealedCredential(change: Partial<SealedCredential> = {}): SealedCredential {
  return {
    sealed: randomBytes(2_000),
    keyId: "test",
    fingerprint: randomBytes(16).toString("base64url"),
    expiresInMs: 3_600_000,
    ...change,
  };
}
