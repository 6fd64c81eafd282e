import { cutText } from "./cut-text.js";
import type { JsonObject } from "./json-pointer.js";
import { isSmall, plainKeywords, typesOf } from "./schema-keywords.js";

/** A schema under construction. */
export type TrimmedSchema = Record<string, unknown>;

const maximumDescription = 300;
/** Of values, and how long all may be together. */
const maximumListed = 100;
const maximumEnumLength = 2000;

/**
 * What a schema says without other schemas: in JSON Schema 2020-12, whichever OpenAPI it is from.
 *
 * @param description - instead of the schema's own
 */
export function trimAssertions(schema: JsonObject, description: unknown): TrimmedSchema {
  const trimmed: TrimmedSchema = {};
  const types = typesOf(schema["type"]);
  const isNullable = schema["nullable"] === true && types.length > 0 && !types.includes("null");
  const all = isNullable ? [...types, "null"] : types;
  if (all.length > 0) trimmed["type"] = all.length === 1 ? all[0] : all;
  const words = [
    cutText(description ?? schema["description"] ?? schema["title"], maximumDescription),
  ];
  for (const [keyword, isFit] of plainKeywords) {
    if (isFit(schema[keyword])) trimmed[keyword] = schema[keyword];
  }
  convertBounds(schema, trimmed);
  if (isSmall(schema["default"])) trimmed["default"] = schema["default"];
  if (schema["const"] !== undefined && isSmall(schema["const"])) trimmed["const"] = schema["const"];
  words.push(trimEnum(schema["enum"], isNullable, trimmed), wordsForPattern(schema["pattern"]));
  const text = words.filter((word) => word !== "").join(" ");
  if (text !== "") trimmed["description"] = text;
  return trimmed;
}

/** In OpenAPI 3.0 an exclusive bound is a boolean beside the bound. */
function convertBounds(schema: JsonObject, trimmed: TrimmedSchema): void {
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (schema[exclusive] !== true || trimmed[bound] === undefined) continue;
    trimmed[exclusive] = trimmed[bound];
    delete trimmed[bound];
  }
}

/** Gives back words for what is too much to be listed. */
function trimEnum(values: unknown, isNullable: boolean, trimmed: TrimmedSchema): string {
  if (!Array.isArray(values) || values.length === 0) return "";
  if (values.length > maximumListed || !isSmall(values, maximumEnumLength)) {
    const examples = values
      .slice(0, 10)
      .filter((value) => isSmall(value))
      .map((value) => JSON.stringify(value));
    return `One of ${values.length} values, such as ${cutText(examples.join(", "), maximumDescription)}.`;
  }
  trimmed["enum"] = isNullable && !values.includes(null) ? [...values, null] : values;
  return "";
}

function wordsForPattern(pattern: unknown): string {
  if (typeof pattern !== "string" || pattern.length > 200) return "";
  return `Pattern: ${cutText(pattern, 200)}`;
}

/** Lets null through where the schema does: where other schemas decide, as one more alternative. */
export function toNullable(schema: JsonObject, trimmed: TrimmedSchema): TrimmedSchema {
  if (schema["nullable"] !== true) return trimmed;
  const hasOthers = trimmed["allOf"] !== undefined || trimmed["anyOf"] !== undefined;
  if (trimmed["type"] !== undefined ? !hasOthers : Object.keys(trimmed).length === 0) {
    return trimmed;
  }
  const { description, default: preset, ...assertions } = trimmed;
  return {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [assertions, { type: "null" }],
  };
}
