import {
  documentFault,
  followPointer,
  isJsonObject,
  type JsonObject,
  type Located,
  quoted,
} from "./json-pointer.js";

/** How many references may lead to one another. */
const maximumHops = 50;

/** A parsed OpenAPI document, 3.0 or 3.1. */
export class OpenApiDocument {
  readonly root: JsonObject;

  /**
   * @see https://spec.openapis.org/oas/v3.1.1.html#openapi-object
   * @throws ConfigurationError when this is no such document.
   */
  constructor(document: unknown) {
    if (!isJsonObject(document)) {
      throw documentFault(
        "#",
        `must be an object and is ${quoted(document)}. Give the parsed document, such as JSON.parse(text).`,
      );
    }
    const { openapi, swagger } = document;
    if (swagger !== undefined) {
      throw documentFault(
        "#/swagger",
        "is Swagger 2.0, and OpenAPI 3.0 or 3.1 is needed. Convert the document first.",
      );
    }
    if (typeof openapi !== "string" || !/^3\.[01](?:\.|$)/.test(openapi)) {
      throw documentFault(
        "#/openapi",
        `is ${openapi === undefined ? "missing" : quoted(openapi)}, and must be a version such as "3.0.3" or "3.1.1".`,
      );
    }
    this.root = document;
  }

  /**
   * The object at a place, with references followed.
   *
   * @throws ConfigurationError when it is no object, or a reference leads nowhere, elsewhere or round.
   */
  resolve(place: Located<unknown>): Located {
    let { value, pointer } = place;
    for (let hops = 0; ; hops += 1) {
      if (!isJsonObject(value)) {
        throw documentFault(pointer, `must be an object and is ${quoted(value)}.`);
      }
      const reference = value["$ref"];
      if (reference === undefined) return { value, pointer };
      if (hops === maximumHops) {
        throw documentFault(
          place.pointer,
          `follows more than ${maximumHops} references, perhaps in a circle. Let it refer to the object itself.`,
        );
      }
      ({ value, pointer } = this.lookUp(reference, pointer));
    }
  }

  /**
   * What a reference leads to, which may be one again.
   *
   * @param where - pointer of the object that holds the reference
   * @throws ConfigurationError when it leads out of the document, or nowhere.
   */
  lookUp(reference: unknown, where: string): Located<unknown> {
    if (typeof reference !== "string" || !/^#(?:\/|$)/.test(reference)) {
      throw documentFault(
        where,
        `has the $ref ${quoted(reference)}, which leads out of the document or to an anchor; only pointers such as "#/components/schemas/User" are followed. Bundle the document into one file first.`,
      );
    }
    const value = followPointer(this.root, reference);
    if (value === undefined) {
      throw documentFault(
        where,
        `has the $ref ${quoted(reference)}, and nothing is there. Correct the name, or add what is missing.`,
      );
    }
    return { value, pointer: reference };
  }
}
