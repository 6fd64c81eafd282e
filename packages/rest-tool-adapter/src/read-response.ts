import type { ApiAnswer } from "./api-caller.js";
import { charsetOf, isBinary, isJson } from "./content-type.js";
import type { Redactor } from "./redactor.js";
import { unpack } from "./unpack.js";

/** What a response holds, fit to be shown to a model. */
export interface ResponseContent {
  readonly data: unknown;
  readonly truncatedAfterBytes?: number | undefined;
}

/** How an answer is read; `auto` goes by its media type. */
export type ResponseForm = "auto" | "text" | "json" | "binary";

/** An answer that is no text. */
export interface BinaryContent {
  readonly contentType: string;
  /** How many bytes `base64` holds. */
  readonly bytes: number;
  readonly base64: string;
}

/** How {@link readResponse} reads. */
export interface ReadResponseOptions {
  /** Counted after decompression. */
  readonly maximumBytes: number;
  readonly as: ResponseForm;
}

/**
 * Reads an answer: JSON as value, text, or {@link BinaryContent}. At most `maximumBytes` of it, and
 * without the secrets.
 *
 * @throws NetworkError when the answer breaks off.
 */
export async function readResponse(
  { response, redactor }: ApiAnswer,
  { maximumBytes, as }: ReadResponseOptions,
): Promise<ResponseContent> {
  const { isCut } = response;
  const encoding = response.header("content-encoding");
  const limit = maximumBytes + redactor.longest * 4;
  const bytes =
    encoding === undefined
      ? response.bytes
      : await unpack({ bytes: response.bytes, isCut, encoding, maximumBytes: limit });
  const cut = isCut || bytes.length > maximumBytes;
  const truncated = cut ? { truncatedAfterBytes: maximumBytes } : {};
  const contentType = response.header("content-type") ?? "";
  const kind = kindOf(contentType);
  const isText = as === "auto" ? !kind.isBinary : as !== "binary";
  const text = isText ? decode(bytes, kind.charset, cut) : undefined;
  if (text === undefined) {
    return { data: toBinary(bytes, { contentType, maximumBytes, redactor }), ...truncated };
  }
  if (cut) {
    const shown = decode(bytes.subarray(0, maximumBytes), kind.charset, true)?.length ?? 0;
    return { data: redactor.redact(text, shown), ...truncated };
  }
  if (text === "") return { data: null };
  const wantsValue = as === "json" || (as === "auto" && kind.isJson);
  return { data: wantsValue ? parseJson(text, redactor) : redactor.redact(text) };
}

interface MediaKind {
  readonly isBinary: boolean;
  readonly isJson: boolean;
  readonly charset: string;
}

/** APIs have few media types, and each answer has one. */
const kinds = new Map<string, MediaKind>();
const maximumKinds = 100;

function kindOf(contentType: string): MediaKind {
  const known = kinds.get(contentType);
  if (known !== undefined) return known;
  const kind = {
    isBinary: isBinary(contentType),
    isJson: isJson(contentType),
    charset: charsetOf(contentType),
  };
  if (kinds.size < maximumKinds) kinds.set(contentType, kind);
  return kind;
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

function toBinary(
  bytes: Buffer,
  options: {
    readonly contentType: string;
    readonly maximumBytes: number;
    readonly redactor: Redactor;
  },
): BinaryContent | string {
  const { contentType, maximumBytes, redactor } = options;
  const kind = redactor.redact(contentType === "" ? "application/octet-stream" : contentType);
  const text = bytes.toString("latin1");
  if (redactor.redact(text) !== text) {
    return `[binary content of ${kind}, not shown: it holds the credential of this call]`;
  }
  const shown = bytes.subarray(0, maximumBytes);
  return { contentType: kind, bytes: shown.length, base64: shown.toString("base64") };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer, charset: string, cut: boolean): string | undefined {
  try {
    if (charset === "utf-8" && !cut) return utf8.decode(bytes);
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    // An unknown charset, or bytes that are no text.
    return undefined;
  }
}
