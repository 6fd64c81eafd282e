import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";

const timeoutMs = 10_000;
/** After decompression. */
const maximumBytes = 1024 * 1024;

/** A `fetch` for documents of servers that nobody vouches for: bounded in time and size. */
export function boundedFetch(send: FetchLike): FetchLike {
  return async (url, init) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await send(url, { ...init, signal });
    if (response.body === null) return response;
    const { status, headers } = response;
    // Piped, because not every `fetch` ends a body when its signal aborts.
    const body = response.body.pipeThrough(new TransformStream(), { signal });
    return new Response(await readAll(body), { status, headers });
  };
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maximumBytes) throw new Error(`The answer is larger than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
