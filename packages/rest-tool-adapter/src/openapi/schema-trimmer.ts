import { cutText } from "./cut-text.js";
import { isJsonObject, type JsonObject } from "./json-pointer.js";
import { OncePer } from "./once-per.js";
import { isSmall, plainKeywords, typesOf } from "./schema-keywords.js";
import { type TrimmedSchema, toNullable, trimAssertions } from "./trim-assertions.js";

/** Of alternatives, parts and items. */
const maximumListed = 100;
const maximumRequired = 500;
const maximumOutlined = 8;
const maximumOutline = 150;
/** How many references may lead to one another. */
const maximumHops = 50;
/** More schemas no model reads. */
const maximumSchemas = 3000;
const maximumLevel = 12;

/** How much {@link SchemaTrimmer} keeps. */
export interface TrimExtent {
  /** How many levels of schemas within a schema. */
  readonly depth: number;
  /** Whether what is required all the way, and the items of lists in it, do not count as a level. */
  readonly favoursRequired: boolean;
}

/** Trims a schema within another; essential is what the other is nothing without. */
type Within = (child: unknown, isEssential?: boolean) => TrimmedSchema;

/** Where in what is trimmed a schema stands. */
interface Surroundings {
  readonly level: number;
  /** The levels that count. */
  readonly depth: number;
  readonly isFavoured: boolean;
  /** References that lead to what it is part of. */
  readonly open: readonly string[];
  readonly description?: unknown;
}

/** References followed to a schema, and what stands beside them. */
interface ResolvedSchema {
  readonly schema: JsonObject;
  /** All references on the way. */
  readonly references: readonly string[];
  readonly description: unknown;
}

/**
 * Turns schemas of OpenAPI 3.0 and 3.1 into JSON Schema 2020-12 of what a model needs to fill in a
 * request: references in place, nothing the server alone sets, nothing for people's documentation.
 *
 * It asserts less than the original and never more. Patterns become words, for they come from a
 * document and would run here; `not`, conditions and the "exactly one" of `oneOf` are left out, for they
 * would mean something else once a part is cut.
 */
export class SchemaTrimmer {
  readonly #references: ReadonlyMap<string, unknown>;
  readonly #extent: TrimExtent;
  readonly #outlines = new OncePer<JsonObject, string>();
  #left = maximumSchemas;

  constructor(references: ReadonlyMap<string, unknown>, extent: TrimExtent) {
    this.#references = references;
    this.#extent = extent;
  }

  /** Whether there was so much that something is missing. */
  get isExhausted(): boolean {
    return this.#left < 0;
  }

  /**
   * The schema without what does not concern a model.
   *
   * @param description - what is said of the value elsewhere, instead of what the schema says
   */
  trim(schema: unknown, description?: unknown): TrimmedSchema {
    const isFavoured = this.#extent.favoursRequired;
    return this.#trim(schema, { level: 0, depth: 0, isFavoured, open: [], description });
  }

  /** The schema that references lead to, which is no reference itself. */
  resolve(schema: unknown): ResolvedSchema {
    const references: string[] = [];
    let value = schema;
    let description: unknown;
    while (isJsonObject(value) && references.length < maximumHops) {
      const reference = value["$ref"];
      description ??= value["description"];
      if (typeof reference !== "string" || references.includes(reference)) break;
      references.push(reference);
      const target = this.#references.get(reference);
      value = hasOwnAssertions(value) ? { allOf: [target, assertionsOf(value)] } : target;
    }
    return { schema: isJsonObject(value) ? value : {}, references, description };
  }

  #trim(given: unknown, surroundings: Surroundings): TrimmedSchema {
    const { level, depth, open } = surroundings;
    this.#left -= 1;
    const { schema, references, description } = this.resolve(given);
    const trimmed = trimAssertions(schema, surroundings.description || description);
    const isDeep = depth >= this.#extent.depth || level >= maximumLevel;
    const isOpen = references.some((reference) => open.includes(reference));
    if (!isDeep && !isOpen && !this.isExhausted) {
      const within: Within = (child, isEssential = false) => {
        const isFavoured = surroundings.isFavoured && isEssential;
        return this.#trim(child, {
          level: level + 1,
          depth: isFavoured ? depth : depth + 1,
          isFavoured,
          open: [...open, ...references],
        });
      };
      trimItems(schema, trimmed, within);
      this.#trimProperties(schema, trimmed, within);
      this.#trimRequired(schema, trimmed);
      trimAlternatives(schema, trimmed, within);
    } else if (!this.isExhausted) {
      this.#outline(schema, trimmed);
    }
    return toNullable(schema, trimmed);
  }

  #trimProperties(
    { properties, additionalProperties, patternProperties, required }: JsonObject,
    trimmed: TrimmedSchema,
    within: Within,
  ): void {
    if (isJsonObject(properties)) {
      const kept: [string, TrimmedSchema][] = [];
      const essential = new Set(Array.isArray(required) ? required.slice(0, maximumRequired) : []);
      for (const name of Object.keys(properties)) {
        if (this.isExhausted) break;
        const property = properties[name];
        if (this.#isLeftOut(name, property)) this.#left -= 1;
        else kept.push([name, within(property, essential.has(name))]);
      }
      trimmed["properties"] = Object.fromEntries(kept);
    }
    // What matches a pattern would be refused if it counted as additional.
    if (patternProperties === undefined) {
      if (typeof additionalProperties === "boolean") {
        trimmed["additionalProperties"] = additionalProperties;
      } else if (isJsonObject(additionalProperties)) {
        trimmed["additionalProperties"] = within(additionalProperties);
      }
    }
  }

  #trimRequired({ properties, required, allOf }: JsonObject, trimmed: TrimmedSchema): void {
    if (!Array.isArray(required)) return;
    const parts = listOf(allOf).map((part) => this.resolve(part).schema["properties"]);
    const known = [properties, ...parts].filter(isJsonObject);
    const isNeeded = (name: unknown) =>
      typeof name === "string" &&
      !known.some((part) => Object.hasOwn(part, name) && this.#isLeftOut(name, part[name]));
    const needed = new Set(required.slice(0, maximumRequired).filter(isNeeded));
    if (needed.size > 0) trimmed["required"] = [...needed];
  }

  /** Where it is too deep for schemas, what a thing has is told. */
  #outline(schema: JsonObject, trimmed: TrimmedSchema): void {
    const { items, properties } = schema;
    if (isJsonObject(items)) {
      const item = this.resolve(items);
      trimmed["items"] = toNullable(item.schema, trimAssertions(item.schema, item.description));
    }
    if (!isJsonObject(properties)) return;
    this.#trimRequired(schema, trimmed);
    const outline = this.#outlines.get(properties, () => this.#tellProperties(properties));
    if (outline === "") return;
    trimmed["description"] = [trimmed["description"], outline].filter(Boolean).join(" ");
  }

  #tellProperties(properties: JsonObject): string {
    const told: string[] = [];
    for (const name of Object.keys(properties)) {
      if (this.#isLeftOut(name, properties[name])) continue;
      const words = tellValues(this.resolve(properties[name]).schema);
      told.push(words === "" ? name : `${name} (${words})`);
      if (told.length > maximumOutlined) break;
    }
    if (told.length === 0) return "";
    const rest = told.length > maximumOutlined ? ", …" : "";
    return `Has ${cutText(told.slice(0, maximumOutlined).join(", "), maximumOutline)}${rest}.`;
  }

  #isLeftOut(name: string, property: unknown): boolean {
    return (
      property === false ||
      name === "__proto__" ||
      (isJsonObject(property) && property["readOnly"] === true) ||
      this.resolve(property).schema["readOnly"] === true
    );
  }
}

function tellValues({ const: only, enum: values, type }: JsonObject): string {
  const listed = only === undefined ? values : [only];
  const isTold = Array.isArray(listed) && listed.length <= maximumOutlined && isSmall(listed, 60);
  const words = isTold ? listed.map((value) => JSON.stringify(value)) : typesOf(type);
  return words.join(" or ");
}

function trimItems(
  { items, prefixItems }: JsonObject,
  trimmed: TrimmedSchema,
  within: Within,
): void {
  if (isJsonObject(items)) trimmed["items"] = within(items, true);
  if (Array.isArray(prefixItems) && prefixItems.length > 0) {
    trimmed["prefixItems"] = prefixItems.slice(0, maximumListed).map((item) => within(item));
  }
}

function trimAlternatives(
  { allOf, anyOf, oneOf }: JsonObject,
  trimmed: TrimmedSchema,
  within: Within,
): void {
  const all = listOf(allOf).map((part) => within(part, true));
  const [any, one] = [anyOf, oneOf].map((alternatives) =>
    alternativesIn(alternatives).map((alternative) => within(alternative)),
  ) as [TrimmedSchema[], TrimmedSchema[]];
  if (any.length > 0 && one.length > 0) all.push({ anyOf: one });
  const alternatives = any.length > 0 ? any : one;
  if (all.length > 0) trimmed["allOf"] = all;
  if (alternatives.length > 0) trimmed["anyOf"] = alternatives;
}

function listOf(schemas: unknown): readonly unknown[] {
  if (!Array.isArray(schemas)) return [];
  return schemas.slice(0, maximumListed).filter((schema) => isJsonObject(schema));
}

/** None where one of them takes anything, or they are too many: the others alone would ask for more. */
function alternativesIn(schemas: unknown): readonly unknown[] {
  const isListed = Array.isArray(schemas) && schemas.length <= maximumListed;
  return isListed && !schemas.includes(true) ? listOf(schemas) : [];
}

const keywordsBesideReferences: readonly string[] = [
  ...plainKeywords.keys(),
  ...["type", "nullable", "enum", "required", "properties", "items", "allOf", "anyOf", "oneOf"],
];

/** In OpenAPI 3.1 a reference may have assertions beside it. */
function hasOwnAssertions(schema: JsonObject): boolean {
  return keywordsBesideReferences.some((keyword) => schema[keyword] !== undefined);
}

function assertionsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(keywordsBesideReferences.map((keyword) => [keyword, schema[keyword]]));
}
