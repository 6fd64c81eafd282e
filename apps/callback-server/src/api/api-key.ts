import { createHash, randomBytes } from "node:crypto";

/** What keys begin with, so that people and secret scanners know them. */
const prefix = "rak_oauth_";

/** A fresh API key of 256 random bits. */
function generateApiKey(): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** The only form in which a key is configured: a plain hash is enough for 256 random bits. */
export function hashApiKey(key: string): Buffer {
  return createHash("sha256").update(key, "utf8").digest();
}

/** A new key and its configured form, for the one moment that it is shown. */
export function describeNewApiKey(): string {
  const key = generateApiKey();
  const hash = hashApiKey(key).toString("hex");
  return `API key, for the client alone; it is not shown again:
${key}
Its SHA-256, for the settings of this server (RAK_OAUTH_API_KEYS=<name>:<SHA-256>):
${hash}
`;
}
