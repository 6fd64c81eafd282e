import { isJson, isText } from "../content-type.js";
import type { RequestBodyOptions } from "../request-body.js";
import type { ChosenBody } from "./choose-body.js";
import { isJsonObject } from "./json-pointer.js";
import type { SchemaTrimmer } from "./schema-trimmer.js";
import type { ShapedArgument } from "./shape-arguments.js";
import { encodingsOf } from "./to-rest-api-tool-options.js";
import type { TrimmedSchema } from "./trim-assertions.js";

/** The arguments that make a body, and what that body is. */
export interface ShapedBody {
  readonly arguments: readonly ShapedArgument[];
  readonly options: RequestBodyOptions;
}

/** What {@link shapeBody} decides by. */
export interface ShapeBodyOptions {
  readonly body: ChosenBody;
  readonly trimmer: SchemaTrimmer;
  /** Gives a name that no other argument has. */
  readonly nameArgument: (name: string) => string;
}

/** Properties of a plain object as arguments of their own, or one argument that is the whole body. */
export function shapeBody({ body, trimmer, nameArgument }: ShapeBodyOptions): ShapedBody {
  const { contentType } = body;
  const encoding = encodingsOf(body.encoding);
  const schema = schemaOf(body, trimmer);
  const properties = propertiesOf(schema, body);
  if (properties !== undefined) {
    const required: unknown = schema["required"];
    const needed: readonly unknown[] = Array.isArray(required) ? required : [];
    return {
      options: { contentType, encoding },
      arguments: properties.map(([name, property]) => ({
        name: nameArgument(name),
        schema: property,
        isRequired: needed.includes(name),
        placement: { in: "body", name },
      })),
    };
  }
  const parameter = nameArgument("body");
  return {
    options: { contentType, encoding, parameter },
    arguments: [
      { name: parameter, schema, isRequired: body.isRequired, placement: { in: "body" } },
    ],
  };
}

function schemaOf(body: ChosenBody, trimmer: SchemaTrimmer): TrimmedSchema {
  const schema = trimmer.trim(body.schema, body.description);
  switch (body.kind) {
    case "json":
      return schema;
    case "text":
      return { ...pick(schema, "description"), type: "string" };
    case "binary":
      return { ...pick(schema, "description"), type: "string", contentEncoding: "base64" };
    case "form":
      return { type: "object", ...schema };
    case "multipart":
      return { type: "object", ...withFiles(schema, body) };
  }
}

/** The properties, where they are all that the schema says. */
function propertiesOf(
  schema: TrimmedSchema,
  { isRequired, kind }: ChosenBody,
): readonly (readonly [string, TrimmedSchema])[] | undefined {
  const { type, properties, required, additionalProperties = false } = schema;
  const isPlain =
    isObjectOrNull(type) &&
    isJsonObject(properties) &&
    additionalProperties === false &&
    !["allOf", "anyOf", "minProperties", "enum", "const"].some((keyword) => keyword in schema);
  if (!isPlain || kind === "text" || kind === "binary") return undefined;
  const names = Object.keys(properties);
  // What may be left out whole, but not in part, is one argument.
  if (names.length === 0 || (!isRequired && required !== undefined)) return undefined;
  if (Array.isArray(required) && !required.every((name) => names.includes(name))) return undefined;
  return Object.entries(properties as Record<string, TrimmedSchema>);
}

function isObjectOrNull(type: unknown): boolean {
  return type === "object" || (Array.isArray(type) && type.join() === "object,null");
}

const file = {
  type: "object",
  properties: {
    base64: { type: "string", description: "Bytes of the file as base64." },
    text: { type: "string", description: "The file's content, where it is text." },
    filename: { type: "string" },
    contentType: { type: "string", description: "Such as image/png." },
  },
  additionalProperties: false,
  anyOf: [{ required: ["base64"] }, { required: ["text"] }],
} as const;

/** In a multipart body the model gives a file as its content and its name. */
function withFiles(schema: TrimmedSchema, { encoding }: ChosenBody): TrimmedSchema {
  const { properties } = schema;
  if (!isJsonObject(properties)) return schema;
  const entries = Object.entries(properties as Record<string, TrimmedSchema>);
  return {
    ...schema,
    properties: Object.fromEntries(
      entries.map(([name, property]) => {
        const own = Object.hasOwn(encoding, name) ? encoding[name] : undefined;
        return [name, withFile(property, isJsonObject(own) ? own["contentType"] : undefined)];
      }),
    ),
  };
}

function withFile(property: TrimmedSchema, partType: unknown): TrimmedSchema {
  if (isFile(property, partType)) return { ...pick(property, "description"), ...file };
  const { items } = property;
  if (isJsonObject(items)) return { ...property, items: withFile({ ...items }, partType) };
  const isAnything = ["type", "enum", "const", "anyOf", "allOf", "properties"].every(
    (keyword) => property[keyword] === undefined,
  );
  // In OpenAPI 3.1 a part without a type is bytes, and many mean a text.
  return isAnything ? { ...property, anyOf: [{ type: "string" }, file] } : property;
}

function isFile({ type, format, contentMediaType }: TrimmedSchema, partType: unknown): boolean {
  if (type === "string" && format === "binary") return true;
  if (type !== undefined && type !== "string") return false;
  return isBinary(contentMediaType) || (type === undefined && isBinary(partType));
}

function isBinary(mediaType: unknown): boolean {
  return typeof mediaType === "string" && !isJson(mediaType) && !isText(mediaType);
}

function pick(schema: TrimmedSchema, keyword: string): TrimmedSchema {
  return schema[keyword] === undefined ? {} : { [keyword]: schema[keyword] };
}
