import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { reportFailure } from "./report-failure.js";

/** Options of {@link toNodeHandler}. */
export interface ToNodeHandlerOptions {
  /** Larger bodies are answered with 413. @defaultValue 65536 */
  readonly maximumBodyBytes?: number | undefined;
  /** Called when the handler fails and there is no `next`; the client sees status 500. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** What servers on Node.js take: a listener of node:http, and middleware of Express and Connect. */
export type NodeHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: ((error?: unknown) => void) | undefined,
) => Promise<void>;

/** Express and Connect take a mount path off `url`, and parsers of bodies leave what they made of one. */
type MountedMessage = IncomingMessage & {
  readonly originalUrl?: string | undefined;
  readonly body?: unknown;
};

/**
 * Serves a handler of web requests, such as `AuthorizationCodeFlow.handler`, in a server of Node.js.
 * It resolves when the answer is out, and never rejects. The answer goes out as the handler makes it, no
 * faster than the client takes it; when the client goes away, the request's signal aborts and the answer's
 * body is cancelled. The URL's origin is a placeholder: `Host` and `X-Forwarded-*` decide nothing.
 */
export function toNodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
  options: ToNodeHandlerOptions = {},
): NodeHandler {
  const { maximumBodyBytes = 65_536, onFailure } = options;
  return async (incoming, outgoing, next) => {
    const gone = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    try {
      const target = (incoming as MountedMessage).originalUrl ?? incoming.url ?? "";
      // Only the form that servers get; "//host" would otherwise name another one.
      if (!target.startsWith("/")) return await refuse(outgoing, 400);
      // No web request can be made of it.
      if (incoming.method === "TRACE") return await refuse(outgoing, 405);
      const body = await readBody(incoming, maximumBodyBytes);
      if (body === tooLarge) return await refuse(outgoing, 413);
      const { method = "GET" } = incoming;
      const headers = readHeaders(incoming);
      const url = `http://localhost${target}`;
      const request = new Request(url, { method, headers, body, signal: gone.signal });
      await send(outgoing, await handler(request), gone.signal);
    } catch (error) {
      // The client has gone away; there is nobody to answer.
      if (gone.signal.aborted || incoming.socket.destroyed) return;
      if (next !== undefined) return next(error);
      reportFailure(onFailure, error, "toNodeHandler");
      await refuse(outgoing, 500);
    }
  };
}

const tooLarge = Symbol("too large");

async function readBody(
  incoming: MountedMessage,
  maximumBytes: number,
): Promise<Uint8Array<ArrayBuffer> | string | null | typeof tooLarge> {
  if (incoming.method === "GET" || incoming.method === "HEAD") return null;
  if (incoming.readableEnded) return restoreForm(incoming);
  if (Number(incoming.headers["content-length"] ?? 0) > maximumBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBytes) return tooLarge;
    chunks.push(chunk);
  }
  return length === 0 ? null : Buffer.concat(chunks);
}

/** A form that a parser in front of us has read. */
function restoreForm({ body, headers }: MountedMessage): string | null {
  if (body === undefined || body === null) return null;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (isForm !== true || typeof body !== "object") {
    throw new Error("The body was read before. Mount the handler in front of what reads bodies.");
  }
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(body as Record<string, unknown>)) {
    for (const value of [values].flat()) if (typeof value === "string") form.append(name, value);
  }
  return form.toString();
}

function readHeaders({ headers }: IncomingMessage): Headers {
  const read = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    // HTTP/2 has the request line among the headers.
    if (values === undefined || name.startsWith(":")) continue;
    for (const value of [values].flat()) read.append(name, value);
  }
  return read;
}

async function send(
  outgoing: ServerResponse,
  { status, headers, body }: Response,
  gone: AbortSignal,
): Promise<void> {
  if (outgoing.destroyed) return body?.cancel();
  outgoing.statusCode = status;
  for (const [name, value] of headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  // Cookies do not share a line (RFC 6265 §3), so they add to those of other middleware.
  for (const cookie of headers.getSetCookie()) outgoing.appendHeader("set-cookie", cookie);
  if (outgoing.req.method === "HEAD") await body?.cancel();
  else if (body !== null) await stream(body, outgoing, gone);
  if (!outgoing.destroyed) await end(outgoing);
}

/** Passes on what comes when it comes, no faster than the client takes it. */
async function stream(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  // A client may have to know that it is answered long before there is anything to tell it.
  outgoing.flushHeaders();
  const reader = body.getReader();
  // Ends the reading below, too. Nobody is left to hear what a source says to that.
  const cancel = () => void reader.cancel().catch(() => {});
  gone.addEventListener("abort", cancel);
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!outgoing.write(part.value)) await once(outgoing, "drain", { signal: gone });
  }
}

async function refuse(outgoing: ServerResponse, status: number): Promise<void> {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  // What is left of the body is not read, so nothing else can follow on this connection.
  outgoing.writeHead(status, { "cache-control": "no-store", connection: "close" });
  await end(outgoing);
}

/** Ends the answer, and waits until the system has it or the client has gone away. */
async function end(outgoing: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const ended = Promise.race([
    once(outgoing, "finish", { signal }),
    once(outgoing, "close", { signal }),
  ]);
  outgoing.end();
  try {
    await ended;
  } finally {
    over.abort();
  }
}
