import { ConfigurationError, isSecureUrl } from "@rak-oauth/core";
import type { Encode } from "./parameter-styles.js";
import { invalidArguments } from "./tool-result.js";

const placeholder = /\{([^{}]*)\}/;

/** A URL whose path has `{placeholders}`; whatever is put in, origin and path structure stay. */
export class UrlTemplate {
  readonly text: string;
  readonly origin: string;
  /** Names in braces, in order. */
  readonly placeholders: readonly string[];
  /** Names in the template's own query. */
  readonly queryNames: readonly string[];
  /** Literal texts and, between them, the placeholders: odd indexes are names. */
  readonly #path: readonly string[];
  readonly #query: string;
  readonly #segmentCount: number;
  /** Where there is no placeholder. */
  readonly #whole: URL | undefined;

  /**
   * @param where - how the owner of the template is called in errors
   * @throws ConfigurationError when the template is no absolute http(s) URL, or is not secure.
   */
  constructor(text: string, where: string, allowInsecureLoopback: boolean) {
    const fault = (problem: string) =>
      new ConfigurationError(`${where}: url is ${JSON.stringify(text)} and ${problem}`);
    const parts = /^(https?:\/\/[^/?#\\\s]+)([^?#\\\s]*)(\?[^#\s]*)?$/i.exec(
      typeof text === "string" ? text : "",
    );
    if (!parts) {
      throw fault(
        'must be an absolute URL without spaces, backslashes or a fragment, such as "https://api.example.com/users/{id}".',
      );
    }
    const [, base = "", path = "", query = ""] = parts;
    if (placeholder.test(base) || placeholder.test(query)) {
      throw fault(
        "has a placeholder outside its path. Put it into the path, or give it the location query.",
      );
    }
    this.#path = path.split(placeholder);
    const sample = this.#path.map((part, index) => (index % 2 === 0 ? part : "x")).join("");
    if (!URL.canParse(base + sample + query)) throw fault("cannot be parsed as a URL.");
    const url = new URL(base + sample + query);
    if (url.username !== "" || url.password !== "") {
      throw fault("holds a user name or password. Remove them, and give auth: basic({ … }).");
    }
    if (!isSecureUrl(url, allowInsecureLoopback)) {
      throw fault(
        "must use https. For an API on this machine, set allowInsecureLoopback: true and use 127.0.0.1.",
      );
    }
    if (/[{}]/.test(sample)) throw fault("has a brace that does not close or open a placeholder.");
    if (this.#path.some((part, index) => index % 2 === 0 && /%(?![0-9a-f]{2})/i.test(part))) {
      throw fault(
        'has a "%" without two hexadecimal digits after it. Write "%25" for a percent sign.',
      );
    }
    if (hasDotSegment(sample) || /%2e/i.test(sample)) {
      throw fault('has a "." or ".." in its path. Write the path that is meant.');
    }
    this.text = text;
    this.origin = url.origin;
    this.placeholders = this.#path.filter((_, index) => index % 2 === 1);
    this.queryNames = [...url.searchParams.keys()];
    this.#query = query;
    this.#segmentCount = countSegments(url);
    this.#whole = this.placeholders.length === 0 ? url : undefined;
  }

  /**
   * The template with values in place of its placeholders, and more in its query.
   *
   * @param values - encoded by {@link encodeSegmentPart} or {@link encodeSegments}
   * @param query - encoded pairs, joined by `&`; empty where there are none
   * @throws CallFailedError when a value would change origin or structure of the URL.
   */
  expand(values: ReadonlyMap<string, string>, query: string): URL {
    // One for all calls: a request's URL is never changed, only replaced.
    if (this.#whole !== undefined && query === "") return this.#whole;
    let path = this.origin;
    let segmentCount = this.#segmentCount;
    this.#path.forEach((part, index) => {
      if (index % 2 === 0) {
        path += part;
        return;
      }
      const value = values.get(part);
      if (value === undefined) {
        throw invalidArguments(`The argument for {${part}} of the address is missing. Give it.`);
      }
      segmentCount += countSlashes(value);
      path += value;
    });
    const separator = query === "" ? "" : this.#query === "" ? "?" : "&";
    const url = new URL(path + this.#query + separator + query);
    if (url.origin !== this.origin || countSegments(url) !== segmentCount) {
      throw invalidArguments("The arguments would change the address that is called. Change them.");
    }
    return url;
  }
}

/**
 * One text of a path argument that may be several segments, such as a file's path.
 *
 * @throws CallFailedError when one of them is not plain.
 */
export function encodeSegments(argument: string, value: string, encode: Encode): string {
  return value
    .split("/")
    .map((segment) => encodeSegmentPart(argument, segment, encode, severalSegments))
    .join("/");
}

const oneSegment =
  'must be a single, plain path segment: not empty, without "/" or "\\", not "." or "..", and not percent-encoded. Give the identifier alone.';
const severalSegments =
  'must be plain path segments with "/" between them: none empty, "." or "..", without "\\", and not percent-encoded. Give it as "docs/readme.md", without a slash before or behind it.';

/**
 * One text of a path argument, percent-encoded.
 *
 * @throws CallFailedError when it could leave its segment.
 */
export function encodeSegmentPart(
  argument: string,
  value: string,
  encode: Encode,
  must: string = oneSegment,
): string {
  if (isPlainIdentifier.test(value)) return value;
  const decoded = decodeFully(value);
  // Servers and proxies decode once more than they should, and some cut a segment at ";".
  if (
    value === "" ||
    /[/\\\p{Cc}]/u.test(decoded) ||
    /^\.{1,2}(?:;|$)/.test(decoded) ||
    /%(?:25)*2e/i.test(value)
  ) {
    throw invalidArguments(`The argument ${JSON.stringify(argument)} ${must}`);
  }
  return encode(value);
}

const isPlainIdentifier = /^[\w~-]+$/;

/** Undoes percent-encoding until nothing is left of it; every round makes the text shorter. */
function decodeFully(value: string): string {
  let decoded = value;
  for (;;) {
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === decoded) return decoded;
    decoded = next;
  }
}

function hasDotSegment(path: string): boolean {
  return path.split("/").some((segment) => segment === "." || segment === "..");
}

function countSegments(url: URL): number {
  return countSlashes(url.pathname);
}

function countSlashes(text: string): number {
  return text.split("/").length - 1;
}
