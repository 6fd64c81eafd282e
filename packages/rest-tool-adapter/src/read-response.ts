import { charsetOf, isJson } from "./content-type.js";
import { overNetwork } from "./network-error.js";
import type { Redactor } from "./redactor.js";

/** What a response holds, fit to be shown to a model. */
export interface ResponseContent {
  readonly data: unknown;
  readonly truncatedAfterBytes?: number | undefined;
}

/**
 * Reads a response: JSON as value, else text, or a description of what is neither. At most
 * `maximumBytes` of it, counted after decompression, and without the secrets.
 *
 * @throws NetworkError when the answer breaks off.
 */
export async function readResponse(
  response: Response,
  options: { readonly maximumBytes: number; readonly redactor: Redactor },
): Promise<ResponseContent> {
  const { maximumBytes, redactor } = options;
  // A little more than is shown, so that no half of a secret stands at the end. Four bytes are the
  // most that a character takes.
  const bytes = await overNetwork(readUpTo(response, maximumBytes + 1 + redactor.longest * 4));
  const cut = bytes.length > maximumBytes;
  const truncated = cut ? { truncatedAfterBytes: maximumBytes } : {};
  const contentType = response.headers.get("content-type") ?? "";
  const text = decode(bytes, contentType, cut);
  if (text === undefined) {
    const size = cut ? `more than ${maximumBytes}` : bytes.length;
    const kind = redactor.redact(contentType === "" ? "an unknown type" : contentType);
    return { data: `[binary content of ${kind}, ${size} bytes, not shown]`, ...truncated };
  }
  if (cut) {
    const shown = decode(bytes.subarray(0, maximumBytes), contentType, true)?.length ?? 0;
    return { data: redactor.redact(text, shown), ...truncated };
  }
  if (text === "") return { data: null };
  return { data: isJson(contentType) ? parseJson(text, redactor) : redactor.redact(text) };
}

function parseJson(text: string, redactor: Redactor): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return redactor.isFree(text) ? value : redactor.redactValue(value);
  } catch {
    // No JSON after all, or nested too deeply.
    return redactor.redact(text);
  }
}

async function readUpTo(response: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function decode(bytes: Uint8Array, contentType: string, cut: boolean): string | undefined {
  try {
    const decoder = new TextDecoder(charsetOf(contentType), { fatal: true });
    return decoder.decode(bytes, { stream: cut });
  } catch {
    // An unknown charset, or bytes that are no text.
    return undefined;
  }
}
