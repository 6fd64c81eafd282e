import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Secret } from "./secret.js";

/** A private key and what its JSON Web Key says of it. */
export interface PrivateKey {
  readonly key: KeyObject;
  /** `kid` (RFC 7517 §4.5). */
  readonly keyId?: string | undefined;
  /** The signature algorithm it is meant for, `alg` (RFC 7517 §4.4). */
  readonly algorithm?: string | undefined;
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
    const jwk = JSON.parse(value) as { readonly kid?: unknown; readonly alg?: unknown };
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    return { key, keyId: textOf(jwk.kid), algorithm: textOf(jwk.alg) };
  } catch {
    // A parser's message may quote the key.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
