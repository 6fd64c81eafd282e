import {
  documentFault,
  isJsonObject,
  type JsonObject,
  type Located,
  memberPointer,
} from "./json-pointer.js";
import type { OpenApiDocument } from "./open-api-document.js";
import { schemaKeywords } from "./schema-keywords.js";

/** Deeper nothing is nested that a person wrote; and each level makes pointers longer. */
const maximumDepth = 200;
/** How much is gone through again after it was found faulty, before everything counts as faulty. */
const maximumWasted = 1_000_000;

interface Step extends Located<unknown> {
  readonly depth: number;
}

/**
 * What schemas refer to, directly or not, by `$ref`. With it the rest of the document need not be kept.
 */
export class SchemaReferences {
  readonly #document: OpenApiDocument;
  readonly #targets = new Map<string, unknown>();
  readonly #seen = new Set<JsonObject>();
  #wasted = 0;

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /**
   * Takes in all that a schema refers to.
   *
   * @throws ConfigurationError when a reference leads nowhere or out of the document.
   */
  add(schema: Located<unknown>): void {
    if (this.#wasted > maximumWasted) {
      throw documentFault(
        schema.pointer,
        "refers to what is faulty in too many places. Mend those.",
      );
    }
    const seen: JsonObject[] = [];
    try {
      this.#walk(schema, seen);
    } catch (error) {
      // Whoever comes this way again must find the fault too.
      for (const value of seen) this.#seen.delete(value);
      this.#wasted += seen.length;
      throw error;
    }
  }

  #walk(schema: Located<unknown>, seen: JsonObject[]): void {
    const steps: Step[] = [{ ...schema, depth: 0 }];
    // Without recursion: a document may nest and refer as it likes.
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { value, pointer, depth } = step;
      if (!isJsonObject(value) || this.#seen.has(value)) continue;
      if (depth > maximumDepth) {
        throw documentFault(
          schema.pointer,
          `holds a schema that is nested more than ${maximumDepth} levels deep. Flatten it.`,
        );
      }
      this.#seen.add(value);
      seen.push(value);
      const reference = value["$ref"];
      if (reference !== undefined) {
        const target = this.#document.lookUp(reference, pointer);
        this.#targets.set(target.pointer, target.value);
        steps.push({ ...target, depth: 0 });
      }
      for (const [keyword, kind] of schemaKeywords) {
        const member = value[keyword];
        if (typeof member !== "object" || member === null) continue;
        const place = memberPointer(pointer, keyword);
        if (kind === "one") {
          steps.push({ value: member, pointer: place, depth: depth + 1 });
          continue;
        }
        for (const [name, item] of Object.entries(member)) {
          steps.push({ value: item, pointer: memberPointer(place, name), depth: depth + 1 });
        }
      }
    }
  }

  /** The targets by `$ref`. */
  get targets(): ReadonlyMap<string, unknown> {
    return this.#targets;
  }
}
