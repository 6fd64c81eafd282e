import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { isOAuth2Error } from "@rak-oauth/core";
import { Hono } from "hono";
import type { Logger } from "pino";
import { toShownPath } from "./shown-path.js";

/** Options of {@link createCallbackServer}. */
export interface CallbackServerOptions {
  /** The flow's `handler`; it answers every address but `/` and `/healthz`. */
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** Where requests are logged, without their queries. @defaultValue nowhere */
  readonly logger?: Logger | undefined;
  /** How long requests may take to end once the server stops, in milliseconds. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
}

/** The server that a person's browser meets. */
export interface CallbackServer {
  /** Answers a request without any socket. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /**
   * Starts listening and gives the origin, such as `http://127.0.0.1:3000`.
   *
   * @throws Error with code EADDRINUSE or EACCES when the address cannot be had
   */
  listen(options: { readonly port: number; readonly host?: string | undefined }): Promise<string>;
  /** Takes no more requests, and lets those that run end; false when they did not end in time. */
  stop(): Promise<boolean>;
}

const greeting =
  "This server finishes sign-ins for an assistant. There is nothing to see here: open the link that your assistant gave you.\n";

/** The callback server around a flow: its routes, `/healthz`, a log, and an orderly end. */
export function createCallbackServer(options: CallbackServerOptions): CallbackServer {
  const { handler, logger, drainTimeoutMs = 10_000 } = options;
  const app = new Hono();
  let isStopping = false;
  app.use(async (context, next) => {
    const startedAt = performance.now();
    await next();
    // A connection that is kept open would keep the server from ending.
    if (isStopping) context.header("connection", "close");
    // The query holds handles, codes and states.
    logger?.info(
      {
        method: context.req.method,
        path: toShownPath(context.req.path),
        status: context.res.status,
        durationMs: Math.round(performance.now() - startedAt),
      },
      "request",
    );
  });
  app.onError((error, context) => {
    logger?.error({ error: describeError(error) }, "request failed");
    return context.text("Something went wrong here. Try again in a minute.\n", 500);
  });
  app.get("/", (context) => context.text(greeting, 200, { "x-content-type-options": "nosniff" }));
  app.get("/healthz", (context) =>
    context.json({ status: "ok" }, 200, { "cache-control": "no-store" }),
  );
  app.all("*", (context) => handler(context.req.raw));

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  return {
    fetch: (request) => app.fetch(request),
    async listen({ port, host = "127.0.0.1" }) {
      server.listen(port, host);
      await once(server, "listening");
      const { address, family, port: actualPort } = server.address() as AddressInfo;
      return `http://${family === "IPv6" ? `[${address}]` : address}:${actualPort}`;
    },
    stop() {
      isStopping = true;
      return drain(server, drainTimeoutMs);
    },
  };
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
