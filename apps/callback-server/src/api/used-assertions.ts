import { createHash } from "node:crypto";
import type { UsedAssertions } from "@rak-oauth/auth-code-flow/api";
import { StoreUnavailableError } from "@rak-oauth/core";
import { RateLimiterRes } from "rate-limiter-flexible";
import { countTogether, type SharedCounts } from "../shared-counts.js";

/** A memory of used assertions that all processes have. Each may come once in its time, which a rate limit can count. */
export function shareAssertions(shared: SharedCounts): UsedAssertions {
  const uses = countTogether(shared, { name: "assertion", points: 1, seconds: 1 });
  return {
    async use(id, { expiresAt, now }) {
      // Of no duration, it would be remembered for ever.
      const customDuration = Math.max(1, Math.ceil((expiresAt - now) / 1000));
      const key = createHash("sha256").update(id, "utf8").digest("base64url");
      try {
        await uses.consume(key, 1, { customDuration });
        return true;
      } catch (error) {
        if (error instanceof RateLimiterRes) return false;
        throw new StoreUnavailableError(
          "Whether an assertion was used before cannot be told now.",
          { cause: error },
        );
      }
    },
  };
}
