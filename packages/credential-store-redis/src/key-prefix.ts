import { ConfigurationError } from "@rak-oauth/core";

/** What keys and channels begin with where the caller does not say. */
export const defaultKeyPrefix = "rak-oauth:";

/**
 * Checks a prefix of keys.
 *
 * @throws ConfigurationError when it is empty, or would change the hash tag of the keys
 */
export function assertKeyPrefix(keyPrefix: string): void {
  if (/^[^{}\0]{1,100}$/.test(keyPrefix)) return;
  throw new ConfigurationError(
    `keyPrefix ${JSON.stringify(keyPrefix)} must be 1 to 100 characters without braces, such as "${defaultKeyPrefix}".`,
  );
}
