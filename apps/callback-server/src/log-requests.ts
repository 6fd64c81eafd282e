import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";
import { toShownPath } from "./shown-path.js";

/** Logs each request with its answer. The query holds handles, codes and states. */
export function logRequests(logger: Logger): MiddlewareHandler {
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    logger.info(
      {
        method: context.req.method,
        path: toShownPath(context.req.path),
        status: context.res.status,
        durationMs: Math.round(performance.now() - startedAt),
      },
      "request",
    );
  };
}
