import { metrics } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { findRoute } from "./routes.js";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** From what a page from memory takes to the longest wait for a provider, in seconds. */
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Counts and times requests by route template and status: nothing that a stranger can make up, and
 * nothing of a person.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export function observeRequests(): MiddlewareHandler {
  const durations = metrics
    .getMeter("@rak-oauth/callback-server")
    .createHistogram("http.server.request.duration", {
      description: "Duration of requests",
      unit: "s",
      advice: { explicitBucketBoundaries: boundaries },
    });
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    const { method, path } = context.req;
    durations.record((performance.now() - startedAt) / 1000, {
      "http.request.method": methods.has(method) ? method : "_OTHER",
      "http.route": findRoute(path).template,
      "http.response.status_code": context.res.status,
    });
  };
}
