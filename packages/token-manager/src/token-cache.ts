import type { AccessToken } from "@rak-oauth/core";
import { LRUCache } from "lru-cache";
import { isFresh, type ObtainedToken, type TokenNeed } from "./token-need.js";

/** A token held in this process, with the moments that matter, on this machine's clock. */
export interface CachedToken {
  readonly token: AccessToken;
  /** When it expires, in milliseconds since the epoch; infinite when unknown. */
  readonly expiresAtMs: number;
  /** Lifetime as issued, in milliseconds; infinite when unknown. */
  readonly lifetimeMs: number;
  /** From when on it is refreshed in the background; infinite when it never is. */
  readonly refreshAtMs: number;
  /** Until when it is given without asking the store again; infinite where the store tells of changes. */
  readonly believedUntilMs: number;
  /** Until when there is nothing to do but to give it: the earlier of the two moments before. */
  readonly quietUntilMs: number;
  /** What callers are given meanwhile: one promise for all, so that none has to be made. */
  readonly given: Promise<AccessToken>;
}

const longestWindowMs = 5 * 60 * 1000;

/**
 * How long before expiry a token may be refreshed: a tenth of its lifetime, at most five minutes.
 * A flat five minutes would refresh a five-minute token on every call.
 */
function refreshWindowMs(lifetimeMs: number): number {
  return Math.min(longestWindowMs, lifetimeMs / 10);
}

/**
 * Puts a token in the form the cache keeps. It is refreshed from some moment in the first half of its
 * window on, so that tokens which expire together are not refreshed together.
 */
export function toCachedToken(
  { token, lifetimeSeconds, believedUntilMs = Number.POSITIVE_INFINITY }: ObtainedToken,
  now: number,
): CachedToken {
  const expiresAtMs = token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const lifetimeMs = lifetimeSeconds === undefined ? expiresAtMs - now : lifetimeSeconds * 1000;
  const refreshAtMs = expiresAtMs - refreshWindowMs(lifetimeMs) * (1 - Math.random() / 2);
  const quietUntilMs = Math.min(refreshAtMs, believedUntilMs);
  const given = Promise.resolve(token);
  return { token, expiresAtMs, lifetimeMs, refreshAtMs, believedUntilMs, quietUntilMs, given };
}

/** The same token, believed in until another moment. */
export function believed(token: CachedToken, believedUntilMs: number): CachedToken {
  const quietUntilMs = Math.min(token.refreshAtMs, token.expiresAtMs, believedUntilMs);
  return { ...token, believedUntilMs, quietUntilMs };
}

/** Whether a token will do, as far as can be told before it is known what is stored. */
export function satisfies(cached: CachedToken, need: TokenNeed, now: number): boolean {
  const { refused } = need;
  if (refused === "stored") return false;
  const { token, expiresAtMs, lifetimeMs } = cached;
  return isFresh(token, expiresAtMs - now, lifetimeMs, { ...need, refused });
}

/** Tokens of one provider in this process, bounded, the least recently used going first. */
export class TokenCache {
  readonly #tokens: LRUCache<string, CachedToken & { readonly id: string }>;
  readonly #slotsById = new Map<string, Set<string>>();

  constructor(limit: number) {
    this.#tokens = new LRUCache({
      max: limit,
      dispose: ({ id }, slot, reason) => {
        if (reason !== "set") this.#unlink(id, slot);
      },
    });
  }

  get(slot: string): CachedToken | undefined {
    return this.#tokens.get(slot);
  }

  /** Keeps a token; `id` is what the store calls its credential when it tells of a change. */
  set(slot: string, id: string, token: CachedToken): void {
    this.#tokens.set(slot, { ...token, id });
    const slots = this.#slotsById.get(id);
    if (slots === undefined) this.#slotsById.set(id, new Set([slot]));
    else slots.add(slot);
  }

  /** Forgets all tokens of a stored credential. */
  deleteById(id: string): void {
    for (const slot of [...(this.#slotsById.get(id) ?? [])]) this.#tokens.delete(slot);
  }

  /** Believes in no token beyond this moment, in milliseconds since the epoch. */
  believeUntil(latestMs: number): void {
    // From the least recently used on, so that the order stays.
    for (const slot of [...this.#tokens.rkeys()]) {
      const token = this.#tokens.peek(slot);
      if (token === undefined) continue;
      const believedUntilMs = Math.min(token.believedUntilMs, latestMs);
      this.#tokens.set(slot, { ...believed(token, believedUntilMs), id: token.id });
    }
  }

  clear(): void {
    this.#tokens.clear();
  }

  #unlink(id: string, slot: string): void {
    const slots = this.#slotsById.get(id);
    slots?.delete(slot);
    if (slots?.size === 0) this.#slotsById.delete(id);
  }
}
