import type { Server, ServerOptions } from "node:http";
import type { Duplex } from "node:stream";

/** What one request may take of the server. */
export interface ServerLimits {
  /** Longest path with query, in characters. @defaultValue 8192 */
  readonly urlLength?: number | undefined;
  /** Request line and headers together, in bytes. @defaultValue 16384 */
  readonly headerBytes?: number | undefined;
  /** @defaultValue 65536 */
  readonly bodyBytes?: number | undefined;
  /** How long headers may take to arrive, in milliseconds. @defaultValue 10000 */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a whole request may take to arrive, in milliseconds. @defaultValue 30000 */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * How long an idle connection is kept, in milliseconds: longer than load balancers keep theirs
   * (mostly 60 seconds), or they send requests into connections that we are just closing.
   *
   * @defaultValue 75000
   */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** How often slow requests are looked for, in milliseconds. @defaultValue 5000 */
  readonly checkIntervalMs?: number | undefined;
}

/** Limits that are kept by Node.js itself. */
export function toServerOptions(limits: ServerLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes ?? 16_384,
    headersTimeout: limits.headersTimeoutMs ?? 10_000,
    requestTimeout: limits.requestTimeoutMs ?? 30_000,
    keepAliveTimeout: limits.keepAliveTimeoutMs ?? 75_000,
    connectionsCheckingInterval: limits.checkIntervalMs ?? 5_000,
  };
}

const statuses: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** Answers what is no request, or none in time, under the headers of every other answer. */
export function answerBrokenRequests(
  server: Server,
  headers: Readonly<Record<string, string>>,
): void {
  const lines = Object.entries({ connection: "close", "content-length": "0", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const status = statuses[error.code ?? ""] ?? "400 Bad Request";
    if (socket.writable && error.code !== "ECONNRESET") {
      socket.end(`HTTP/1.1 ${status}\r\n${lines}\r\n`);
    } else {
      socket.destroy();
    }
  });
}
