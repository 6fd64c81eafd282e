import { randomBytes } from "node:crypto";
import { decodeBase64 } from "./base64.js";
import { isJson, isMediaType } from "./content-type.js";
import { toText } from "./parameter-styles.js";
import type { RequestBody } from "./request-body.js";
import { invalidArguments } from "./tool-result.js";

/** One part of a multipart body. */
export interface MultipartPart {
  readonly name: string;
  readonly filename?: string | undefined;
  /** Absent for a plain text. */
  readonly contentType?: string | undefined;
  readonly content: string | Uint8Array;
}

/** An argument that becomes one part, or one for each item of a list. */
export interface PartSource {
  /** How the model knows it. */
  readonly argument: string;
  readonly name: string;
  readonly value: unknown;
  /** What the tool's settings say of it. */
  readonly contentType: string | undefined;
}

/**
 * The parts of one argument: `{ base64, filename?, contentType? }` or `{ text, filename?,
 * contentType? }` is a file, another object is JSON, the rest is text.
 *
 * @throws CallFailedError when it cannot be a part.
 */
export function toParts(source: PartSource): MultipartPart[] {
  const { value } = source;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((item) => toPart({ ...source, value: item }));
}

function toPart(source: PartSource): MultipartPart {
  const { argument, name, value, contentType } = source;
  if (isFile(value)) return toFilePart(source, value);
  const isObject = typeof value === "object" && !(value instanceof Date);
  if (isObject || (contentType !== undefined && isJson(contentType))) {
    return { name, contentType: contentType ?? "application/json", content: JSON.stringify(value) };
  }
  return { name, contentType, content: toText({ argument, in: "body" }, value) };
}

interface FileArgument {
  readonly base64?: unknown;
  readonly text?: unknown;
  readonly filename?: unknown;
  readonly contentType?: unknown;
}

function isFile(value: unknown): value is FileArgument {
  if (typeof value !== "object" || value === null) return false;
  const names = Object.keys(value);
  return (
    names.includes("base64") !== names.includes("text") &&
    names.every((name) => ["base64", "text", "filename", "contentType"].includes(name))
  );
}

function toFilePart(source: PartSource, file: FileArgument): MultipartPart {
  const { argument, name } = source;
  const { filename = "file", contentType = source.contentType } = file;
  if (typeof filename !== "string" || !filename.isWellFormed() || /[\p{Cc}/\\]/u.test(filename)) {
    throw invalidArguments(
      `The argument ${JSON.stringify(`${argument}.filename`)} must be a file's name, without "/", "\\" and line breaks.`,
    );
  }
  if (contentType !== undefined && !isMediaType(contentType)) {
    throw invalidArguments(
      `The argument ${JSON.stringify(`${argument}.contentType`)} must be a media type such as "image/png".`,
    );
  }
  const content =
    file.base64 === undefined
      ? toText({ argument: `${argument}.text`, in: "body" }, file.text)
      : decodeBase64(`${argument}.base64`, file.base64);
  const usual = typeof content === "string" ? "text/plain" : "application/octet-stream";
  return { name, filename, contentType: contentType ?? usual, content };
}

/**
 * A `multipart/form-data` body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function encodeMultipart(parts: readonly MultipartPart[]): RequestBody {
  // Nobody who writes a part can foresee it.
  const boundary = `rak-${randomBytes(18).toString("base64url")}`;
  const chunks: Uint8Array[] = [];
  const write = (text: string) => chunks.push(Buffer.from(text, "utf8"));
  for (const { name, filename, contentType, content } of parts) {
    const file = filename === undefined ? "" : `; filename="${escapeQuoted(filename)}"`;
    const type = contentType === undefined ? "" : `Content-Type: ${contentType}\r\n`;
    write(
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuoted(name)}"${file}\r\n${type}\r\n`,
    );
    if (typeof content === "string") write(content);
    else chunks.push(content);
    write("\r\n");
  }
  write(`--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.concat(chunks),
  };
}

/**
 * As browsers do.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
function escapeQuoted(text: string): string {
  return text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
