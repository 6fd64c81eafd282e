import { isMediaType } from "../content-type.js";
import type { ParameterPlacement, ParameterStyle } from "../parameter-locations.js";
import type { BodyEncoding } from "../request-body.js";
import type { RestApiToolOptions } from "../rest-api-tool-options.js";
import { isJsonObject, type JsonObject } from "./json-pointer.js";
import type { OperationBlueprint } from "./operation-blueprint.js";
import type { OperationParameter } from "./read-parameters.js";
import type { ShapedArguments } from "./shape-arguments.js";

/** Settings of a `RestApiTool` that all tools of a toolset share. */
export type SharedToolOptions = Pick<
  RestApiToolOptions,
  | "headers"
  | "timeoutMs"
  | "maximumResponseBytes"
  | "allowInsecureLoopback"
  | "publicAddressesOnly"
  | "retries"
  | "scheduler"
  | "dispatcher"
  | "fetch"
  | "response"
>;

/** The options of the tool that calls an operation. */
export function toRestApiToolOptions(
  blueprint: OperationBlueprint,
  shaped: ShapedArguments,
  shared: SharedToolOptions,
): RestApiToolOptions {
  const { name, description, method, url, auth } = blueprint;
  return {
    ...shared,
    // Plain http is for loopback, and only where that is allowed.
    publicAddressesOnly: shared.publicAddressesOnly === true && !url.startsWith("http:"),
    name,
    description,
    method,
    url,
    auth,
    parameters: shaped.parameters,
    parameterLocations: shaped.placements,
    body: shaped.body,
  };
}

const stylesOf: Readonly<Record<OperationParameter["in"], readonly ParameterStyle[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

/** Where a parameter goes, as a `RestApiTool` takes it; a style that cannot be there is left out. */
export function placementOf({
  in: location,
  name,
  source,
  contentType,
}: OperationParameter): ParameterPlacement {
  const { style, explode, allowReserved } = source;
  return {
    in: location,
    name,
    style: stylesOf[location].find((known) => known === style),
    explode: typeof explode === "boolean" ? explode : undefined,
    allowReserved: allowReserved === true,
    contentType: contentType?.includes("*") ? "application/json" : contentType,
    // OpenAPI has no word for it; GitHub's documents have this one.
    multiSegment: location === "path" && source["x-multi-segment"] === true,
  };
}

/** How the properties of a form are written, as a `RestApiTool` takes it. */
export function encodingsOf(encodings: JsonObject): Readonly<Record<string, BodyEncoding>> {
  const known = Object.entries(encodings).flatMap(([name, encoding]) =>
    isJsonObject(encoding) ? [[name, encodingOf(encoding)] as const] : [],
  );
  return Object.fromEntries(known);
}

function encodingOf({ contentType, style, explode }: JsonObject): BodyEncoding {
  return {
    // A choice of types, or a range of them, is left to the argument.
    contentType:
      typeof contentType === "string" && !contentType.includes("*") && isMediaType(contentType)
        ? contentType
        : undefined,
    style: stylesOf.query.find((known) => known === style),
    explode: typeof explode === "boolean" ? explode : undefined,
  };
}
