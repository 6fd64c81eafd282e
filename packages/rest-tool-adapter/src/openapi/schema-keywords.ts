/** What the value of a keyword that holds no schema must be, so that JSON Schema 2020-12 takes it. */
export const plainKeywords: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["format", isText],
  ["contentEncoding", isText],
  ["contentMediaType", isText],
  ["multipleOf", (value) => isNumber(value) && value > 0],
  ["minimum", isNumber],
  ["maximum", isNumber],
  ["exclusiveMinimum", isNumber],
  ["exclusiveMaximum", isNumber],
  ["minLength", isCount],
  ["maxLength", isCount],
  ["minItems", isCount],
  ["maxItems", isCount],
  ["minProperties", isCount],
  ["maxProperties", isCount],
  ["uniqueItems", (value) => typeof value === "boolean"],
]);

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
export const schemaKeywords: ReadonlyMap<string, "one" | "list" | "named"> = new Map([
  ["properties", "named"],
  ["items", "one"],
  ["additionalProperties", "one"],
  ["prefixItems", "list"],
  ["allOf", "list"],
  ["anyOf", "list"],
  ["oneOf", "list"],
]);

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

/** The types a schema names that JSON Schema knows; empty where it names none. */
export function typesOf(type: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(type) ? type.slice(0, 20) : [type];
  const known = list.map((item) => (item === "file" ? "string" : item));
  return [...new Set(known)].filter(
    (item) => typeof item === "string" && types.has(item),
  ) as string[];
}

/** What was judged before: one large value may be met at every turn. */
const judged = new WeakMap<object, boolean>();

/**
 * Tells whether a JSON value is small enough to be shown to a model.
 *
 * @param maximumLength - of its JSON text, roughly
 */
export function isSmall(value: unknown, maximumLength = 500): boolean {
  if (typeof value !== "object" || value === null) return isWithin(value, maximumLength);
  const isKnown = judged.get(value) ?? isWithin(value, maximumLength);
  judged.set(value, isKnown);
  return isKnown;
}

function isWithin(value: unknown, maximumLength: number): boolean {
  let left = maximumLength;
  const visit = (part: unknown, depth: number): boolean => {
    left -= typeof part === "string" ? part.length + 2 : 4;
    if (left < 0 || depth > 5) return false;
    if (typeof part === "number") return Number.isFinite(part);
    if (typeof part !== "object" || part === null) return part !== undefined;
    return Object.entries(part).every(
      ([name, item]) => visit(name, depth) && visit(item, depth + 1),
    );
  };
  return visit(value, 0);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= 100;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
