import { type AccessToken, type CredentialKey, credentialId } from "@rak-oauth/core";
import { LRUCache } from "lru-cache";

/** A token held in this process, with the moments that matter, on this machine's clock. */
export interface CachedToken {
  readonly token: AccessToken;
  /** When it expires, in milliseconds since the epoch; infinite when unknown. */
  readonly expiresAtMs: number;
  /** From when on it is refreshed in the background; infinite when it never is. */
  readonly refreshAtMs: number;
}

const longestWindowMs = 5 * 60 * 1000;

/**
 * How long before expiry a token is refreshed: a tenth of its lifetime, at most five minutes.
 * A flat five minutes would refresh a five-minute token on every call.
 */
function refreshWindowMs(lifetimeMs: number): number {
  return Math.min(longestWindowMs, lifetimeMs / 10);
}

/** Puts a token in the form the cache keeps; the lifetime decides the refresh window. */
export function toCachedToken(
  token: AccessToken,
  lifetimeSeconds: number | undefined,
  now: number,
): CachedToken {
  const expiresAtMs = token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const lifetimeMs = lifetimeSeconds === undefined ? expiresAtMs - now : lifetimeSeconds * 1000;
  return { token, expiresAtMs, refreshAtMs: expiresAtMs - refreshWindowMs(lifetimeMs) };
}

/** One short text for one subject, without the cost of a digest: lengths keep it unambiguous. */
export function cacheKey(key: CredentialKey): string {
  const { tenantId, userId, account } = key;
  return `${tenantId?.length}:${tenantId}${userId?.length}:${userId}${account?.length}:${account}`;
}

/** Tokens of one provider in this process, bounded, the least recently used going first. */
export class TokenCache {
  readonly #tokens: LRUCache<string, CachedToken & { readonly id: string }>;
  readonly #keysById = new Map<string, string>();

  constructor(limit: number) {
    this.#tokens = new LRUCache({
      max: limit,
      dispose: ({ id }, _key, reason) => {
        if (reason !== "set") this.#keysById.delete(id);
      },
    });
  }

  get(key: string): CachedToken | undefined {
    return this.#tokens.get(key);
  }

  set(key: string, subject: CredentialKey, token: CachedToken): void {
    const id = credentialId(subject);
    this.#tokens.set(key, { ...token, id });
    this.#keysById.set(id, key);
  }

  delete(key: string): void {
    this.#tokens.delete(key);
  }

  /** Forgets the token of a stored credential, by the identifier that stores tell of. */
  deleteById(id: string): void {
    const key = this.#keysById.get(id);
    if (key !== undefined) this.#tokens.delete(key);
  }

  clear(): void {
    this.#tokens.clear();
  }
}
