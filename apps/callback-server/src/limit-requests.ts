import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { RateLimiter } from "./rate-limiter.js";
import { respondInWords } from "./respond-in-words.js";
import { findRoute } from "./routes.js";
import { clientAddress, type TrustedProxies } from "./trusted-proxies.js";

/** Options of {@link limitRequests}. */
export interface LimitRequestsOptions {
  readonly limiter: RateLimiter;
  readonly trustedProxies?: TrustedProxies | undefined;
}

/** Tells clients that ask too often to wait, before anything is done for them. */
export function limitRequests({
  limiter,
  trustedProxies,
}: LimitRequestsOptions): MiddlewareHandler {
  return async (context, next) => {
    const client = clientAddress(originOf(context), trustedProxies);
    const waitMs = await limiter.take(findRoute(context.req.path).group, client);
    if (waitMs === 0) return next();
    const seconds = Math.ceil(waitMs / 1000);
    return respondInWords(context, {
      status: 429,
      title: "One moment, please",
      sentences: [
        "Too many requests came from your network within a minute.",
        `Wait ${seconds === 1 ? "a second" : `${seconds} seconds`}, then load this page again. Your link stays good meanwhile.`,
      ],
      headers: { "retry-after": String(seconds) },
    });
  };
}

function originOf(context: Context) {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>;
  return {
    socketAddress: incoming?.socket.remoteAddress ?? "",
    forwardedFor: context.req.header("x-forwarded-for"),
  };
}
