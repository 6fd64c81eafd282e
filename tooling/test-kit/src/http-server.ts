import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { getRequestListener } from "@hono/node-server";

/** An HTTP server on 127.0.0.1. */
export interface HttpServer {
  /** Its origin, as in `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Ends open connections and frees the port. */
  stop(): Promise<void>;
}

/** Serves a handler of web requests over real HTTP, on a free port of 127.0.0.1. */
export function startHttpServer(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<HttpServer> {
  return listen(getRequestListener(handler, { overrideGlobalObjects: false }), 0);
}

/**
 * Serves a Node request listener on 127.0.0.1.
 *
 * @param port - 0 for a free one
 * @param tls - serves over https with this
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen(
  listener: RequestListener,
  port: number,
  tls?: ServerOptions,
): Promise<HttpServer> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The HTTP server has no TCP address.");
  }
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    async stop() {
      if (!server.listening) {
        return;
      }
      const close = once(server, "close");
      server.close();
      server.closeAllConnections();
      await close;
    },
  };
}
