import { readBytes } from "@rak-oauth/core";

/** What one request may cost. */
export interface FetchLimits {
  /** For the whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Of the decoded body. */
  readonly maximumBytes: number;
}

/** Content-Length and Content-Encoding are those of the body as it came. */
const keptHeaders = ["content-type", "dpop-nonce"];

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
    return new Response(isNull ? null : body, {
      status,
      headers: keptHeaders.flatMap((name): [string, string][] => {
        const value = headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    });
  };
}
