import { createHash } from "node:crypto";

/**
 * The only form in which an API key is configured: its SHA-256, 64 hexadecimal digits. A plain hash is
 * enough for a key of 256 random bits, and for nothing that people think up.
 */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key, "utf8").digest("hex");
}
