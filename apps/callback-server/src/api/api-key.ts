import { randomBytes } from "node:crypto";
import { hashApiKey } from "@rak-oauth/auth-code-flow/api";

/** What keys begin with, so that people and secret scanners know them. */
const prefix = "rak_oauth_";

/** A fresh API key of 256 random bits. */
function generateApiKey(): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** A new key and its configured form, for the one moment that it is shown. */
export function describeNewApiKey(): string {
  const key = generateApiKey();
  return `API key, for the client alone; it is not shown again:
${key}
Its SHA-256, for the settings of this server (RAK_OAUTH_API_KEYS=<name>:<SHA-256>):
${hashApiKey(key)}
`;
}
