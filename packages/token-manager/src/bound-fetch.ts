import { readBytes } from "./read-bytes.js";

/** What one request may cost. */
export interface FetchLimits {
  /** For the whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Of the decoded body. */
  readonly maximumBytes: number;
}

/**
 * Wraps a `fetch` so that the answer is there as a whole, within its limits, or not at all. Redirects
 * are not followed. It rejects with an error that holds nothing of the answer.
 */
export function boundFetch(send: typeof fetch, limits: FetchLimits): typeof fetch {
  const { timeoutMs, maximumBytes } = limits;
  const tooLarge = () => new Error(`the answer is larger than ${maximumBytes} bytes`);
  return async (url, init) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await send(url, { ...init, redirect: "manual", signal });
    const body = await readBytes(response, { maximumBytes, signal, tooLarge });
    const { status, headers } = response;
    const isNull = status === 204 || status === 205 || status === 304;
    // Content-Length and Content-Encoding are those of the body as it came.
    const contentType = headers.get("content-type");
    return new Response(isNull ? null : body, {
      status,
      headers: contentType === null ? {} : { "content-type": contentType },
    });
  };
}
