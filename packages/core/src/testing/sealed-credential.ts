import { randomBytes } from "node:crypto";
import type { SealedCredential } from "../credential-store.js";

/** A credential of random bytes under a name of its own. */
export function sealedCredential(): SealedCredential {
  return {
    sealed: randomBytes(64),
    keyId: "contract",
    fingerprint: randomBytes(16).toString("base64url"),
    expiresInMs: 60_000,
  };
}
