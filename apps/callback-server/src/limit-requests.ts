import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { RateLimiter } from "./rate-limiter.js";
import type { RespondInWords } from "./respond-in-words.js";
import { findRoute } from "./routes.js";
import { clientAddress, type TrustedProxies } from "./trusted-proxies.js";

/** Options of {@link limitRequests}. */
export interface LimitRequestsOptions {
  readonly limiter: RateLimiter;
  readonly trustedProxies?: TrustedProxies | undefined;
  readonly respondInWords: RespondInWords;
}

/** Tells clients that ask too often to wait, before anything is done for them. */
export function limitRequests({
  limiter,
  trustedProxies,
  respondInWords,
}: LimitRequestsOptions): MiddlewareHandler {
  return async (context, next) => {
    const client = clientAddress(originOf(context), trustedProxies);
    const waitMs = await limiter.take(findRoute(context.req.path).group, client);
    if (waitMs === 0) return next();
    const seconds = Math.ceil(waitMs / 1000);
    return respondInWords(context.req.raw, "too_many", { "retry-after": String(seconds) });
  };
}

function originOf(context: Context) {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>;
  return {
    socketAddress: incoming?.socket.remoteAddress ?? "",
    forwardedFor: context.req.header("x-forwarded-for"),
  };
}
