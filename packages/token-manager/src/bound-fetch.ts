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
  return async (url, init) => {
    const signal = AbortSignal.timeout(limits.timeoutMs);
    const response = await send(url, { ...init, redirect: "manual", signal });
    const body = await readBody(response, limits.maximumBytes, signal);
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

async function readBody(
  response: Response,
  maximumBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  // Piped, because not every `fetch` ends a body when its signal aborts.
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), {
    signal,
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maximumBytes) throw new Error(`the answer is larger than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
