import type { HttpMethod } from "../parameter-locations.js";
import {
  documentFault,
  isJsonObject,
  type JsonObject,
  type Located,
  memberPointer,
  quoted,
} from "./json-pointer.js";
import type { OpenApiDocument } from "./open-api-document.js";

/** One operation as the document has it. */
export interface Operation {
  readonly method: HttpMethod;
  /** Path template as in the document, such as `/users/{id}`. */
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  readonly operation: Located;
  readonly pathItem: Located;
}

const methods: readonly (readonly [string, HttpMethod])[] = [
  ["get", "GET"],
  ["head", "HEAD"],
  ["post", "POST"],
  ["put", "PUT"],
  ["patch", "PATCH"],
  ["delete", "DELETE"],
];

/** More than any API has; what refers to one thing from everywhere must not make it a burden. */
const maximumOperations = 25_000;
const maximumTags = 100;

/**
 * The operations of a document that a tool can call, in its order.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#paths-object
 * @throws ConfigurationError when paths, or one of them, are not what they must be.
 */
export function readOperations(document: OpenApiDocument): readonly Operation[] {
  const paths = document.root["paths"];
  if (!isJsonObject(paths)) {
    throw documentFault(
      "#/paths",
      `must be an object of paths and is ${paths === undefined ? "missing" : quoted(paths)}.`,
    );
  }
  const operations = Object.keys(paths).flatMap((path) => {
    if (path.startsWith("x-")) return [];
    const pointer = memberPointer("#/paths", path);
    if (!path.startsWith("/")) throw documentFault(pointer, 'must begin with "/". Add it.');
    refuseSiblings({ value: paths[path], pointer });
    const pathItem = document.resolve({ value: paths[path], pointer });
    return methods.flatMap(([member, method]) => {
      const value = pathItem.value[member];
      if (value === undefined) return [];
      const place = memberPointer(pathItem.pointer, member);
      if (!isJsonObject(value)) {
        throw documentFault(place, `must be an operation object and is ${quoted(value)}.`);
      }
      return [readOperation(method, path, { value, pointer: place }, pathItem)];
    });
  });
  if (operations.length > maximumOperations) {
    throw documentFault(
      "#/paths",
      `has ${operations.length} operations, and ${maximumOperations} are the most. Split the document.`,
    );
  }
  return operations;
}

/** What a reference says and what stands beside it: OpenAPI leaves open which of them counts. */
function refuseSiblings({ value, pointer }: Located<unknown>): void {
  if (!isJsonObject(value) || value["$ref"] === undefined) return;
  const beside = [...methods.map(([member]) => member), "parameters", "servers"].find(
    (member) => value[member] !== undefined,
  );
  if (beside === undefined) return;
  throw documentFault(
    pointer,
    `has a $ref and ${quoted(beside)} beside it, and only one of them can count. Put all into one path item.`,
  );
}

function readOperation(
  method: HttpMethod,
  path: string,
  operation: Located,
  pathItem: Located,
): Operation {
  const { operationId, tags, deprecated } = operation.value;
  return {
    method,
    path,
    operationId: typeof operationId === "string" && operationId !== "" ? operationId : undefined,
    tags: Array.isArray(tags) ? textsIn(tags.slice(0, maximumTags)) : [],
    isDeprecated: deprecated === true,
    operation,
    pathItem,
  };
}

/** The texts of a list; anything else in it is left out. */
export function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

/** An empty list says no more than none. */
function isNothing(member: unknown): boolean {
  return member === undefined || (Array.isArray(member) && member.length === 0);
}

/** The member of the operation, else of its path, else of the document, and where it stands. */
export function inheritedMember(
  { operation, pathItem }: Operation,
  root: JsonObject,
  name: string,
): Located<unknown> | undefined {
  const places = [operation, pathItem, { value: root, pointer: "#" }];
  const place = places.find(({ value }) => !isNothing(value[name]));
  return place && { value: place.value[name], pointer: memberPointer(place.pointer, name) };
}
