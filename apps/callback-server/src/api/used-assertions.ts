import { createHash } from "node:crypto";
import { StoreUnavailableError } from "@rak-oauth/core";
import { RateLimiterRes } from "rate-limiter-flexible";
import { countTogether, type SharedCounts } from "../shared-counts.js";

/** Remembers which assertions were used, until each has expired. */
export interface UsedAssertions {
  /**
   * False when it was used before. Times are milliseconds since the Unix epoch.
   *
   * @throws StoreUnavailableError when that cannot be told.
   */
  use(
    id: string,
    times: { readonly expiresAt: number; readonly now: number },
  ): boolean | Promise<boolean>;
}

/** A memory that all processes have, where they can share one. */
export function rememberAssertions(shared: SharedCounts | undefined): UsedAssertions {
  return shared === undefined ? new OwnMemory() : new SharedMemory(shared);
}

class OwnMemory implements UsedAssertions {
  readonly #expiryById = new Map<string, number>();

  use(id: string, { expiresAt, now }: Parameters<UsedAssertions["use"]>[1]): boolean {
    // The oldest are first; what lives a little longer behind them waits its turn.
    for (const [oldId, oldExpiry] of this.#expiryById) {
      if (oldExpiry > now) break;
      this.#expiryById.delete(oldId);
    }
    if (this.#expiryById.has(id)) return false;
    this.#expiryById.set(id, expiresAt);
    return true;
  }
}

/** Each may come once in its time, which is what a rate limit can count. */
class SharedMemory implements UsedAssertions {
  readonly #uses: ReturnType<typeof countTogether>;

  constructor(shared: SharedCounts) {
    this.#uses = countTogether(shared, { name: "assertion", points: 1, seconds: 1 });
  }

  async use(
    id: string,
    { expiresAt, now }: Parameters<UsedAssertions["use"]>[1],
  ): Promise<boolean> {
    const key = createHash("sha256").update(id, "utf8").digest("base64url");
    try {
      await this.#uses.consume(key, 1, { customDuration: Math.ceil((expiresAt - now) / 1000) });
      return true;
    } catch (error) {
      if (error instanceof RateLimiterRes) return false;
      throw new StoreUnavailableError("Whether an assertion was used before cannot be told now.", {
        cause: error,
      });
    }
  }
}
