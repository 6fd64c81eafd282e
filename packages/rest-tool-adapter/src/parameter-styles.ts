import { isJsonText, type PlacedParameter } from "./parameter-locations.js";
import { percentEncode } from "./percent-encoding.js";
import { invalidArguments } from "./tool-result.js";

/** Writes one text of a value so that it can stand where it goes. */
export type Encode = (text: string) => string;

/** A name, and a value that is encoded already. */
export type EncodedPair = readonly [name: string, value: string];

/** A value as the styles know it: one text, a list of texts, or named texts. */
type Shape =
  | { readonly kind: "one"; readonly text: string }
  | { readonly kind: "list"; readonly texts: readonly string[] }
  | { readonly kind: "named"; readonly entries: readonly (readonly [string, string])[] };

const prefixes: Readonly<Record<string, string>> = { label: ".", matrix: ";" };
const delimiters: Readonly<Record<string, string>> = {
  spaceDelimited: "%20",
  pipeDelimited: "%7C",
};

/**
 * A value in the styles of path and header, as one text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6570#section-3.2
 * @throws CallFailedError when the value has no such form.
 */
export function toStyledText(parameter: PlacedParameter, value: unknown, encode: Encode): string {
  const { name, style, explode } = parameter;
  const shape = shapeOf(parameter, value);
  const prefix = prefixes[style] ?? "";
  const separator = prefix === "" ? "," : prefix;
  const named = (text: string) => (style === "matrix" ? `${percentEncode(name)}=${text}` : text);
  if (shape.kind === "one") return prefix + named(encode(shape.text));
  if (shape.kind === "list") {
    const texts = shape.texts.map(encode);
    return prefix + (explode ? texts.map(named).join(separator) : named(texts.join(",")));
  }
  if (explode) {
    const pairs = shape.entries.map(([key, text]) => `${encode(key)}=${encode(text)}`);
    return prefix + pairs.join(separator);
  }
  return prefix + named(shape.entries.flat().map(encode).join(","));
}

/**
 * A value in the styles of query, cookie and form, as pairs. Names are as they are, values encoded:
 * what separates them within a value is not.
 *
 * @throws CallFailedError when the value has no such form.
 */
export function toPairs(
  parameter: PlacedParameter,
  value: unknown,
  encode: Encode,
): readonly EncodedPair[] {
  const { name, style, explode } = parameter;
  // The most frequent, without a detour.
  if (typeof value === "string" && parameter.contentType === undefined) {
    return [[name, encode(toText(parameter, value))]];
  }
  if (style === "deepObject" && typeof value === "object" && !isJsonText(parameter)) {
    return deepPairs(parameter, name, value, encode);
  }
  const shape = shapeOf(parameter, value);
  if (shape.kind === "one") return [[name, encode(shape.text)]];
  if (explode) {
    return shape.kind === "list"
      ? shape.texts.map((text) => [name, encode(text)] as const)
      : shape.entries.map(([key, text]) => [key, encode(text)] as const);
  }
  const texts = shape.kind === "list" ? shape.texts : shape.entries.flat();
  return texts.length === 0 ? [] : [[name, texts.map(encode).join(delimiters[style] ?? ",")]];
}

/** What PHP, Rails and qs read alike: `name[key]=`, `name[]=` for texts, `name[0][key]=` for objects. */
function deepPairs(
  parameter: PlacedParameter,
  name: string,
  value: unknown,
  encode: Encode,
): EncodedPair[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      deepPairs(parameter, `${name}[${isScalar(item) ? "" : index}]`, item, encode),
    );
  }
  if (isScalar(value)) return [[name, encode(toText(parameter, value))]];
  return Object.entries(value as object).flatMap(([key, item]) =>
    deepPairs(parameter, `${name}[${toText(parameter, key)}]`, item, encode),
  );
}

function shapeOf(parameter: PlacedParameter, value: unknown): Shape {
  if (isJsonText(parameter)) return { kind: "one", text: JSON.stringify(value) };
  if (isScalar(value)) return { kind: "one", text: toText(parameter, value) };
  if (Array.isArray(value)) {
    const texts = value.filter(isPresent).map((item) => toText(parameter, item));
    return { kind: "list", texts };
  }
  const entries = Object.entries(value as object)
    .filter(([, item]) => isPresent(item))
    .map(([key, item]) => [toText(parameter, key), toText(parameter, item)] as const);
  return { kind: "named", entries };
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null || value instanceof Date;
}

/**
 * The text of a value that is neither list nor object.
 *
 * @throws CallFailedError when it is, or is no well-formed Unicode.
 */
export function toText(
  { argument, in: location }: Pick<PlacedParameter, "argument" | "in">,
  value: unknown,
): string {
  if (typeof value === "string" && value.isWellFormed()) return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
    return String(value);
  }
  if (value instanceof Date) return value.toISOString();
  throw invalidArguments(
    `The argument ${JSON.stringify(argument)} goes to the ${location} and must be a text, a number or a boolean, or a list or an object of these, in well-formed Unicode.`,
  );
}
