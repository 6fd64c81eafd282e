import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { PageMessages } from "@rak-oauth/auth-code-flow";
import { isOAuth2Error } from "@rak-oauth/core";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import { createGreeting } from "./greeting.js";
import { limitRequests } from "./limit-requests.js";
import { logRequests } from "./log-requests.js";
import { observeRequests } from "./observe-requests.js";
import type { RateLimiter } from "./rate-limiter.js";
import type { PartStates } from "./readiness.js";
import { identifyRequest } from "./request-id.js";
import { createWords, type RespondInWords } from "./respond-in-words.js";
import { addHeaders, securityHeaders } from "./security-headers.js";
import { answerBrokenRequests, type ServerLimits, toServerOptions } from "./server-limits.js";
import type { TrustedProxies } from "./trusted-proxies.js";

/** Options of {@link createCallbackServer}. */
export interface CallbackServerOptions {
  /** The flow's `handler`; it answers every address but `/`, `/healthz` and `/readyz`. */
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** Where requests are logged, without their queries. @defaultValue nowhere */
  readonly logger?: Logger | undefined;
  /** Origin that browsers reach this server by; with https they are told to insist on it. */
  readonly publicUrl?: string | undefined;
  /** Tells `/readyz` of parts that have to answer. @defaultValue there are none */
  readonly checkParts?: (() => Promise<PartStates>) | undefined;
  /** Makes clients wait that ask too often. @defaultValue nobody waits */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Who is believed to say whose requests they pass on. @defaultValue nobody */
  readonly trustedProxies?: TrustedProxies | undefined;
  readonly limits?: ServerLimits | undefined;
  /** Languages of the server's own pages, as of the flow. @defaultValue English and German */
  readonly messages?: readonly PageMessages[] | undefined;
  /** How long requests may take to end once the server stops, in milliseconds. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
}

/** Options of {@link CallbackServer.stop}. */
export interface StopOptions {
  /**
   * How long requests are still taken, while `/readyz` says 503 so that no more are sent, in
   * milliseconds. @defaultValue 0
   */
  readonly delayMs?: number | undefined;
}

/** The server that a person's browser meets. */
export interface CallbackServer {
  /** Aborts when requests have to end: who waits for something answers now. */
  readonly stopping: AbortSignal;
  /** Answers a request without any socket. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /**
   * Starts listening and gives the origin, such as `http://127.0.0.1:3000`.
   *
   * @throws Error with code EADDRINUSE or EACCES when the address cannot be had
   */
  listen(options: { readonly port: number; readonly host?: string | undefined }): Promise<string>;
  /** Takes no more requests, and lets those that run end; false when they did not end in time. */
  stop(options?: StopOptions): Promise<boolean>;
}

/** The callback server around a flow: its routes, its health, limits, a log, and an orderly end. */
export function createCallbackServer(options: CallbackServerOptions): CallbackServer {
  const {
    handler,
    logger,
    checkParts,
    rateLimiter,
    limits = {},
    drainTimeoutMs = 10_000,
  } = options;
  const headers = securityHeaders(options.publicUrl);
  const greet = createGreeting(options.messages);
  const respondInWords = createWords(options.messages);
  const stopping = new AbortController();
  const app = new Hono();
  let isDraining = false;

  app.use(identifyRequest);
  if (logger !== undefined) app.use(logRequests(logger));
  app.use(observeRequests());
  app.use(async (context, next) => {
    await next();
    // A connection that is kept open would keep the server from ending.
    if (isDraining) context.res.headers.set("connection", "close");
  });
  app.use(addHeaders(headers));
  app.onError((error, context) => {
    logger?.error({ error: describeError(error) }, "request failed");
    return respondInWords(context.req.raw, "server_error");
  });
  app.use(refuseTrace);
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    const parts = { ...(await checkParts?.()), ...(isDraining && { server: "draining" }) };
    const isReady = Object.values(parts).every((state) => state === "ok");
    return context.json({ status: isReady ? "ready" : "not_ready", parts }, isReady ? 200 : 503);
  });
  if (rateLimiter !== undefined) {
    const { trustedProxies } = options;
    app.use(limitRequests({ limiter: rateLimiter, trustedProxies, respondInWords }));
  }
  app.use(limitUrls(limits.urlLength ?? 8192, respondInWords));
  app.use(limitBodies(limits.bodyBytes ?? 65_536, respondInWords));
  app.get("/", (context) => greet(context.req.raw));
  app.all("*", (context) => handler(context.req.raw));

  const server = createServer(
    toServerOptions(limits),
    getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      // What is no request to the adapter, such as one of a strange host, never reaches the app.
      errorHandler: () => new Response(null, { status: 400, headers }),
    }),
  );
  answerBrokenRequests(server, headers);
  return {
    stopping: stopping.signal,
    fetch: (request) => app.fetch(request),
    async listen({ port, host = "127.0.0.1" }) {
      server.listen(port, host);
      await once(server, "listening");
      const { address, family, port: actualPort } = server.address() as AddressInfo;
      return `http://${family === "IPv6" ? `[${address}]` : address}:${actualPort}`;
    },
    async stop({ delayMs = 0 } = {}) {
      isDraining = true;
      if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
      stopping.abort();
      return drain(server, drainTimeoutMs);
    },
  };
}

function limitBodies(maxSize: number, respondInWords: RespondInWords): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize,
    onError: (context) => respondInWords(context.req.raw, "too_large"),
  });
  return async (context, next) => {
    // Looking for a body makes a whole Request of it, which is dear and in vain for most.
    if (context.req.method === "GET" || context.req.method === "HEAD") return next();
    const { url, method, headers, body, signal } = context.req.raw;
    // The limit makes a new request, and Node.js takes none of the adapter's light ones for that.
    context.req.raw = new Request(url, { method, headers, body, signal, duplex: "half" });
    return limit(context, next);
  };
}

/** No web request can be made of it, and nobody needs it (RFC 9110 §9.3.8). */
const refuseTrace: MiddlewareHandler = async (context, next) => {
  if (context.req.method !== "TRACE") return next();
  return new Response(null, { status: 405, headers: { allow: "GET, HEAD, POST, DELETE" } });
};

function limitUrls(maximumLength: number, respondInWords: RespondInWords): MiddlewareHandler {
  return (context, next) =>
    context.req.url.length > maximumLength
      ? Promise.resolve(respondInWords(context.req.raw, "too_long"))
      : next();
}

async function drain(server: Server, timeoutMs: number): Promise<boolean> {
  if (!server.listening) return true;
  let inTime = true;
  const timer = setTimeout(() => {
    inTime = false;
    server.closeAllConnections();
  }, timeoutMs);
  const closed = once(server, "close");
  // Ends idle connections too; others end with their answer.
  server.close();
  await closed;
  clearTimeout(timer);
  return inTime;
}

/** What a log may hold of an error. Messages of ours hold no secret, and say all there is to say. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  if (!isOAuth2Error(error)) return { name, message, stack };
  const { failure } = error as { readonly failure?: unknown };
  return { name, code: error.code, failure, message };
}
