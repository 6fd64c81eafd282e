/** What {@link readBytes} keeps to. */
export interface ReadBytesLimits {
  /** Of the decoded body. */
  readonly maximumBytes: number;
  /** Ends the reading of a body that does not come. */
  readonly signal?: AbortSignal | undefined;
  /** The error for a larger body. */
  readonly tooLarge: () => Error;
}

/**
 * The body of an answer, as a whole and within its limits, or not at all.
 *
 * @throws what `tooLarge` makes, the signal's reason, or what the connection broke off with.
 */
export async function readBytes(
  response: Response,
  { maximumBytes, signal, tooLarge }: ReadBytesLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  // Not every `fetch` ends a body when its signal aborts, and some keep one that is cancelled open.
  const abandon = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", abandon, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return Buffer.concat(chunks);
      length += value.length;
      if (length > maximumBytes) throw tooLarge();
      chunks.push(value);
    }
  } finally {
    signal?.removeEventListener("abort", abandon);
    abandon();
  }
}
