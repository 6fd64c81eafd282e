import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { HostileRequest } from "./hostile-request.js";

/** What the server itself answers. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; without one the answer has no body. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * An answer as it goes on the wire. Where it has neither status nor body they are the server's own,
 * as when only a delay is wanted.
 */
export interface RawAnswer {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Wait before the first byte of the answer, in milliseconds; the server has acted by then. */
  readonly delayMs?: number | undefined;
  /** Sends the body byte by byte with this many milliseconds between. */
  readonly dripMs?: number | undefined;
  /** Resets the connection in place of an answer, before or after the server acted on the request. */
  readonly lostAnswer?: "before-commit" | "after-commit" | undefined;
  /** How the answer breaks off: before its head, or after the body that is given here. */
  readonly breaks?:
    | "reset-in-body"
    | "close-in-body"
    | "silence-before-head"
    | "silence-in-body"
    | undefined;
  /** Sent instead of HTTP before the connection closes, as by another server at this address. */
  readonly insteadOfHttp?: string | undefined;
}

/** A request and what a misbehaviour may do with it. */
export interface HostileExchange {
  readonly request: HostileRequest;
  /** Origin of the server. */
  readonly url: string;
  /** The text that every token and every hostile body of this server contains. */
  readonly canary: string;
  /** The server acts as it should (a refresh token is rotated) and gives its own answer. */
  commit(): OwnAnswer;
}

/** Decides on an answer; `undefined` is the server's own. */
export type AnswerFunction = (
  exchange: HostileExchange,
) => RawAnswer | undefined | Promise<RawAnswer | undefined>;

/** An answer of the server's own as it goes on the wire. */
export function toRawAnswer(own: OwnAnswer): RawAnswer {
  return {
    status: own.status,
    headers: {
      "cache-control": "no-store",
      ...(own.body !== undefined && { "content-type": "application/json" }),
      ...own.headers,
    },
    body: own.body === undefined ? "" : JSON.stringify(own.body),
  };
}

/** Sends an answer, or what there is of it. Ends early when the client is gone. */
export async function sendAnswer(response: ServerResponse, answer: RawAnswer): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    await write(response, answer, gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

async function write(
  response: ServerResponse,
  answer: RawAnswer,
  signal: AbortSignal,
): Promise<void> {
  const { delayMs, dripMs, breaks, insteadOfHttp, lostAnswer, status = 200, body = "" } = answer;
  if (response.destroyed || breaks === "silence-before-head") return;
  if (delayMs !== undefined) await wait(delayMs, undefined, { signal });
  if (lostAnswer !== undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  if (insteadOfHttp !== undefined) {
    response.socket?.end(insteadOfHttp);
    return;
  }
  const bytes = Buffer.from(body);
  if (breaks === undefined && dripMs === undefined) {
    response.writeHead(status, answer.headers).end(bytes);
    return;
  }
  response.writeHead(status, answer.headers).flushHeaders();
  const pieces = dripMs === undefined ? [bytes] : bytes.map((byte) => byte);
  for (const piece of pieces) {
    const chunk = typeof piece === "number" ? Buffer.of(piece) : piece;
    if (!response.write(chunk)) await once(response, "drain", { signal });
    if (dripMs !== undefined) await wait(dripMs, undefined, { signal });
  }
  if (breaks === undefined) response.end();
  else if (breaks === "reset-in-body") response.socket?.resetAndDestroy();
  else if (breaks === "close-in-body") response.socket?.end();
}
