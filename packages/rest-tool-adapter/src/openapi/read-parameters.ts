import { isHeaderName, isReservedHeader } from "../header-rules.js";
import { isTaken } from "../taken-names.js";
import {
  documentFault,
  isJsonObject,
  type JsonObject,
  type Located,
  memberPointer,
  quoted,
} from "./json-pointer.js";
import type { OpenApiDocument } from "./open-api-document.js";
import type { Operation } from "./read-operations.js";

const places = ["path", "query", "header", "cookie"] as const;

/** A parameter of an operation that the model may set. */
export interface OperationParameter {
  readonly in: (typeof places)[number];
  readonly name: string;
  readonly isRequired: boolean;
  /** The parameter object. */
  readonly source: JsonObject;
  readonly schema: unknown;
  /** Media type of its value, where it has one of its own. */
  readonly contentType: string | undefined;
  readonly pointer: string;
}

/** A place on the request where the model must not write. */
export interface TakenPlace {
  readonly in: unknown;
  readonly name: unknown;
}

/** More no model fills in sensibly, and no document that is meant for people has. */
const maximumParameters = 200;

/**
 * The parameters of an operation and its path that the model may set: without those that say who
 * calls, or frame the message.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 * @throws ConfigurationError when one is not what it must be.
 */
export function readParameters(
  document: OpenApiDocument,
  { operation, pathItem }: Operation,
  taken: readonly TakenPlace[],
): readonly OperationParameter[] {
  const found = new Map<string, OperationParameter>();
  // The operation's replace those of the path.
  for (const owner of [pathItem, operation]) {
    for (const place of listParameters(owner)) {
      const parameter = readParameter(document.resolve(place), document);
      const name = parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
      found.set(`${parameter.in} ${name}`, parameter);
    }
  }
  return [...found.values()].filter(
    (parameter) =>
      parameter.in === "path" ||
      !(isForbidden(parameter) || taken.some((place) => isSamePlace(place, parameter))),
  );
}

/**
 * Those of the parameters that belong to this path: one that is in no placeholder goes nowhere.
 *
 * @throws ConfigurationError when a placeholder has no parameter.
 */
export function fitToPath(
  parameters: readonly OperationParameter[],
  { path, pathItem }: Operation,
): readonly OperationParameter[] {
  const placeholders = new Set([...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name));
  const fit = parameters.filter(
    ({ in: place, name }) => place !== "path" || placeholders.has(name),
  );
  for (const { in: place, name } of fit) if (place === "path") placeholders.delete(name);
  const [missing] = placeholders;
  if (missing === undefined) return fit.length === parameters.length ? parameters : fit;
  throw documentFault(
    pathItem.pointer,
    `has ${quoted(`{${missing}}`)} in its path, and no parameter with in: "path" of that name. Add one.`,
  );
}

function listParameters(owner: Located): readonly Located<unknown>[] {
  const list = owner.value["parameters"];
  if (list === undefined) return [];
  const pointer = memberPointer(owner.pointer, "parameters");
  if (!Array.isArray(list)) throw documentFault(pointer, "must be a list of parameters.");
  if (list.length > maximumParameters) {
    throw documentFault(pointer, `has more than ${maximumParameters} parameters.`);
  }
  return list.map((value, index) => ({ value, pointer: memberPointer(pointer, index) }));
}

function readParameter(
  { value: source, pointer }: Located,
  document: OpenApiDocument,
): OperationParameter {
  const { name, in: place, content } = source;
  const location = places.find((known) => known === place);
  if (typeof name !== "string" || name === "" || location === undefined) {
    throw documentFault(
      pointer,
      `must have a name, and in as one of ${places.map(quoted).join(", ")}; it has name ${quoted(name)} and in ${quoted(place)}.`,
    );
  }
  if ((location === "header" || location === "cookie") && !isHeaderName(name)) {
    throw documentFault(
      pointer,
      `has the name ${quoted(name)}, which no ${location} can have. Correct or remove it.`,
    );
  }
  const contentType = isJsonObject(content) ? Object.keys(content)[0] : undefined;
  const holder =
    contentType === undefined
      ? { value: source, pointer }
      : document.resolve({
          value: (content as JsonObject)[contentType],
          pointer: memberPointer(pointer, "content", contentType),
        });
  return {
    in: location,
    name,
    isRequired: location === "path" || source["required"] === true,
    source,
    schema: holder.value["schema"],
    contentType,
    pointer: holder.pointer,
  };
}

/** What OpenAPI says to ignore, and what no model may set. */
function isForbidden({ in: place, name }: OperationParameter): boolean {
  const lower = name.toLowerCase();
  return (
    place === "header" && (isReservedHeader(name) || lower === "accept" || lower === "content-type")
  );
}

function isSamePlace(one: TakenPlace, other: OperationParameter): boolean {
  return (
    one.in === other.in && typeof one.name === "string" && isTaken(other.in, other.name, [one.name])
  );
}
