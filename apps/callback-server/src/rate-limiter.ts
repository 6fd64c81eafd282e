import { isIPv6 } from "node:net";
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from "rate-limiter-flexible";
import type { RouteGroup } from "./routes.js";

/** Counts what clients ask for. */
export interface RateLimiter {
  /** Counts one request; how long to wait, in milliseconds, when it is one too many, else 0. */
  take(group: RouteGroup, client: string): Promise<number>;
}

/** Options of {@link createRateLimiter}. */
export interface RateLimiterOptions {
  /** Requests a minute of one client to one group of routes for browsers; APIs get ten times that. */
  readonly perMinute: number;
  /**
   * An ioredis client. Processes that share a Redis share its counts; while it is away each counts
   * alone. @defaultValue this process counts alone
   */
  readonly redis?: object | undefined;
}

const windowSeconds = 60;

/** A limit must not cost more than what it guards. */
const redisTimeoutMs = 500;

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
export function createRateLimiter({ perMinute, redis }: RateLimiterOptions): RateLimiter {
  const limiters = new Map(
    Object.entries(factors)
      .filter(([, factor]) => Number.isFinite(factor))
      .map(([group, factor]) => [group, createLimiter(group, perMinute * factor, redis)]),
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

function createLimiter(group: string, points: number, redis: object | undefined) {
  const options = { keyPrefix: `rak-oauth:rate:${group}`, points, duration: windowSeconds };
  const alone = new RateLimiterMemory(options);
  if (redis === undefined) return alone;
  return new RLWrapperTimeouts({
    limiter: new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true }),
    timeoutMs: redisTimeoutMs,
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
