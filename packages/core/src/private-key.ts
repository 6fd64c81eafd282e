import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Secret } from "./secret.js";

/** A private key and, where its JSON Web Key names one, its identifier. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly keyId?: string | undefined;
}

/**
 * Reads a private key given as PKCS #8 PEM or as a JSON Web Key in JSON; nothing when it is neither.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-4
 */
export function readPrivateKey(text: Secret): PrivateKey | undefined {
  const value = text.secret().trim();
  try {
    if (!value.startsWith("{")) return { key: createPrivateKey(value) };
    const jwk = JSON.parse(value) as { readonly kid?: unknown };
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    return { key, keyId: typeof jwk.kid === "string" ? jwk.kid : undefined };
  } catch {
    // A parser's message may quote the key.
    return undefined;
  }
}
