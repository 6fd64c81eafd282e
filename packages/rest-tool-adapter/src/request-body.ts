import { ConfigurationError } from "@rak-oauth/core";
import { decodeBase64 } from "./base64.js";
import { isJson, isMediaType, isText, mediaTypeOf } from "./content-type.js";
import { encodeMultipart, type MultipartPart, toParts } from "./multipart-body.js";
import type { ParameterStyle, PlacedParameter } from "./parameter-locations.js";
import { type EncodedPair, toPairs, toText } from "./parameter-styles.js";
import { percentEncode } from "./percent-encoding.js";
import { invalidArguments } from "./tool-result.js";

/** How one property of a form or one part of a multipart body is written (OpenAPI's encoding). */
export interface BodyEncoding {
  /** Media type of a part; JSON is written as text. @defaultValue JSON for objects, else text */
  readonly contentType?: string | undefined;
  /** For forms. @defaultValue `form` */
  readonly style?: ParameterStyle | undefined;
  /** For forms. @defaultValue true for `form` only */
  readonly explode?: boolean | undefined;
}

/**
 * What the body of a request is.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#media-type-object
 */
export interface RequestBodyOptions {
  /**
   * JSON of any kind, `application/x-www-form-urlencoded`, `multipart/form-data`, or any other type
   * together with `parameter`: text types take a text, the rest takes bytes as base64.
   *
   * @defaultValue "application/json"
   */
  readonly contentType?: string | undefined;
  /** The argument that is the whole body. @defaultValue none: the body's parameters make an object */
  readonly parameter?: string | undefined;
  /** By property of the body, for forms and multipart. @defaultValue none */
  readonly encoding?: Readonly<Record<string, BodyEncoding>> | undefined;
}

/** A body as it is sent. */
export interface RequestBody {
  readonly contentType: string;
  readonly content: string | Uint8Array;
}

/** Writes the body of one request; nothing when there is none. */
export type BodyWriter = (values: ReadonlyMap<string, unknown>) => RequestBody | undefined;

/** What {@link createBodyWriter} decides by. */
export interface BodyWriterOptions {
  readonly where: string;
  readonly body: RequestBodyOptions;
  /** Those that go to the body. */
  readonly parameters: readonly PlacedParameter[];
}

/**
 * Makes what writes the bodies of a tool.
 *
 * @throws ConfigurationError when the body's settings cannot work together.
 */
export function createBodyWriter(options: BodyWriterOptions): BodyWriter | undefined {
  const { where, body, parameters } = options;
  const fault = (problem: string) => new ConfigurationError(`${where}: body.${problem}`);
  const contentType = body.contentType ?? "application/json";
  if (!isMediaType(contentType)) {
    throw fault(
      `contentType is ${JSON.stringify(contentType)} and is no media type. Give one such as "application/json".`,
    );
  }
  if (parameters.length === 0) return undefined;
  const only = body.parameter === undefined ? undefined : parameters[0];
  const write = writerOf(contentType, only, body.encoding ?? {});
  if (write === undefined) {
    throw fault(
      `contentType is ${JSON.stringify(contentType)}, which takes one argument as it is. Name it in body.parameter.`,
    );
  }
  for (const [name, encoding] of Object.entries(body.encoding ?? {})) {
    if (encoding.contentType !== undefined && !isMediaType(encoding.contentType)) {
      throw fault(`encoding.${name}.contentType is no media type. Give one such as "image/png".`);
    }
  }
  return (values) => {
    if (only === undefined) return write(Object.fromEntries(values));
    const value = values.get(only.name);
    return value === undefined ? undefined : write(value);
  };
}

function writerOf(
  contentType: string,
  only: PlacedParameter | undefined,
  encoding: Readonly<Record<string, BodyEncoding>>,
): ((value: unknown) => RequestBody) | undefined {
  const argument = only?.argument;
  if (isJson(contentType)) return (value) => ({ contentType, content: JSON.stringify(value) });
  switch (mediaTypeOf(contentType)) {
    case "application/x-www-form-urlencoded":
      return (value) => ({ contentType, content: toForm(propertiesOf(value, argument), encoding) });
    case "multipart/form-data":
      return (value) =>
        encodeMultipart(toMultipartParts(propertiesOf(value, argument), encoding, argument));
    default:
      if (only === undefined) return undefined;
      return isText(contentType)
        ? (value) => ({ contentType, content: toText(only, value) })
        : (value) => ({ contentType, content: decodeBase64(only.argument, value) });
  }
}

function propertiesOf(value: unknown, argument: string | undefined): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidArguments(`The argument ${JSON.stringify(argument)} must be an object.`);
  }
  return Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
}

function toForm(
  properties: readonly (readonly [string, unknown])[],
  encoding: Readonly<Record<string, BodyEncoding>>,
): string {
  return properties
    .flatMap(([name, value]) => formPairs(name, value, own(encoding, name)))
    .map(([name, value]) => `${percentEncode(name)}=${value}`)
    .join("&");
}

function formPairs(name: string, value: unknown, encoding: BodyEncoding): readonly EncodedPair[] {
  const { style = "form", explode = style === "form" } = encoding;
  const property = {
    argument: name,
    name,
    in: "body",
    style,
    explode,
    allowReserved: false,
    multiSegment: false,
  } as const;
  if (encoding.style !== undefined || encoding.explode !== undefined) {
    return toPairs(property, value, percentEncode);
  }
  // Where no style is given, a property's media type decides, and that of an object is JSON.
  return (Array.isArray(value) ? value : [value]).flatMap((item: unknown) => {
    const contentType = encoding.contentType ?? jsonWhereObject(item);
    return toPairs({ ...property, contentType }, item, percentEncode);
  });
}

function jsonWhereObject(value: unknown): string | undefined {
  return typeof value === "object" && !(value instanceof Date) ? "application/json" : undefined;
}

function toMultipartParts(
  properties: readonly (readonly [string, unknown])[],
  encoding: Readonly<Record<string, BodyEncoding>>,
  argument: string | undefined,
): MultipartPart[] {
  return properties.flatMap(([name, value]) =>
    toParts({
      argument: argument === undefined ? name : `${argument}.${name}`,
      name,
      value,
      contentType: own(encoding, name).contentType,
    }),
  );
}

function own(encoding: Readonly<Record<string, BodyEncoding>>, name: string): BodyEncoding {
  return (Object.hasOwn(encoding, name) ? encoding[name] : undefined) ?? {};
}
