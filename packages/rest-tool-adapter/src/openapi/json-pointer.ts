import { ConfigurationError } from "@rak-oauth/core";

/** A JSON object of a document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Something in a document, and where it stands. */
export interface Located<Value = JsonObject> {
  readonly value: Value;
  /** Its JSON pointer as a URL fragment, such as `#/paths/~1users/get`. */
  readonly pointer: string;
}

/** Tells whether a value is a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The pointer of a member of what `pointer` points to.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-3
 */
export function memberPointer(pointer: string, ...names: readonly (string | number)[]): string {
  let member = pointer;
  for (const name of names) member += `/${encodePart(String(name))}`;
  return member;
}

/**
 * What a pointer leads to; nothing where the way ends before.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-6
 */
export function followPointer(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    const name = decodePart(part);
    // Own members alone: a document does not get at what objects inherit.
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** How an error calls a place in the document, in one line of bounded length. */
export function placeInWords(pointer: string): string {
  return `OpenAPI document at ${shorten(pointer, 200).replace(/\p{C}/gu, "\ufffd")}`;
}

/** The error that a part of a document means: what is wrong, where, and how to mend it. */
export function documentFault(pointer: string, problem: string): ConfigurationError {
  return new ConfigurationError(`${placeInWords(pointer)}: ${shorten(problem, 1000)}`);
}

/** A text of a document as an error shows it: quoted, and not at whatever length. */
export function quoted(text: unknown): string {
  return typeof text === "string" ? JSON.stringify(shorten(text, 200)) : kindOf(text);
}

function shorten(text: string, maximumLength: number): string {
  return text.length > maximumLength ? `${text.slice(0, maximumLength)}…` : text;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`.replace("a o", "an o");
}

function encodePart(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}

function decodePart(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // A stray percent sign stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
