import type { MiddlewareHandler } from "hono";

/**
 * What every answer carries that says nothing else: kept by nobody, told to nobody, framed by nobody,
 * and nothing runs in it. Browsers are told to insist on https only where we are reached by it.
 *
 * There is no `Cross-Origin-Opener-Policy`: applications open connect links in windows and watch when
 * these close.
 */
export function securityHeaders(publicUrl: string | undefined): Readonly<Record<string, string>> {
  return {
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...(publicUrl?.startsWith("https:") && {
      "strict-transport-security": "max-age=31536000",
    }),
  };
}

/** Adds the headers that an answer does not have; a page's own policy for its style stays. */
export function addHeaders(headers: Readonly<Record<string, string>>): MiddlewareHandler {
  return async (context, next) => {
    await next();
    // Not by the context, which makes a new response, stream and all, for each header it adds.
    const own = context.res.headers;
    for (const [name, value] of Object.entries(headers)) if (!own.has(name)) own.set(name, value);
  };
}
