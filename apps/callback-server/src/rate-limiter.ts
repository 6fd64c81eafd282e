import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRes, RLWrapperTimeouts } from "rate-limiter-flexible";
import type { RouteGroup } from "./routes.js";
import { countTogether, type SharedCounts } from "./shared-counts.js";

/** Counts what clients ask for. */
export interface RateLimiter {
  /** Counts one request; how long to wait, in milliseconds, when it is one too many, else 0. */
  take(group: RouteGroup, client: string): Promise<number>;
}

/** Options of {@link createRateLimiter}. */
export interface RateLimiterOptions {
  /** Requests a minute of one client to one group of routes for browsers; APIs get ten times that. */
  readonly perMinute: number;
  /** While it is away each process counts alone. @defaultValue this process counts alone */
  readonly shared?: SharedCounts | undefined;
}

const windowSeconds = 60;

/** A limit must not cost more than what it guards. */
const answerTimeoutMs = 500;

const factors: Readonly<Record<RouteGroup, number>> = {
  connect: 1,
  callback: 1,
  confirm: 1,
  connections: 1,
  other: 1,
  api: 10,
  // Who watches us must not be told to wait.
  health: Number.POSITIVE_INFINITY,
};

/** Limits requests by client and group, in windows of a minute that begin with the first request. */
export function createRateLimiter({ perMinute, shared }: RateLimiterOptions): RateLimiter {
  const limiters = new Map(
    Object.entries(factors)
      .filter(([, factor]) => Number.isFinite(factor))
      .map(([group, factor]) => [group, createLimiter(group, perMinute * factor, shared)]),
  );
  return {
    async take(group, client) {
      try {
        await limiters.get(group)?.consume(clientKey(client));
        return 0;
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
        throw error;
      }
    },
  };
}

function createLimiter(group: string, points: number, shared: SharedCounts | undefined) {
  const alone = new RateLimiterMemory({ keyPrefix: group, points, duration: windowSeconds });
  if (shared === undefined) return alone;
  return new RLWrapperTimeouts({
    limiter: countTogether(shared, { name: `rate:${group}`, points, seconds: windowSeconds }),
    timeoutMs: answerTimeoutMs,
    insuranceLimiter: alone,
  });
}

/** Whoever has an IPv6 address has its whole network, of 64 bits, to choose others from. */
function clientKey(client: string): string {
  if (!isIPv6(client)) return client;
  const [head = "", tail] = client.replace(/%.*/, "").split("::");
  const groups = (text: string) => text.split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(zeros).fill("0"), ...groups(tail ?? "")]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
