import { ConfigurationError } from "@rak-oauth/core";
import type { ParametersSchema } from "./argument-validator.js";
import { isJson } from "./content-type.js";
import { isHeaderName, isReservedHeader } from "./header-rules.js";
import { isTaken } from "./taken-names.js";
import type { CredentialCarrier } from "./tool-auth.js";
import type { UrlTemplate } from "./url-template.js";

/** HTTP methods a tool may use. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Where a parameter goes; all that go to the body make one JSON object, unless `body` says else. */
export type ParameterLocation = "path" | "query" | "header" | "cookie" | "body";

/** How lists and objects are written where only text fits (OpenAPI, RFC 6570). */
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "deepObject";

/**
 * Where a parameter goes and how it is written there, in the words of OpenAPI.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export interface ParameterPlacement {
  readonly in: ParameterLocation;
  /** Its name on the wire. @defaultValue the argument's */
  readonly name?: string | undefined;
  /** @defaultValue `form` in query and cookie, `simple` in path and header; none in the body */
  readonly style?: ParameterStyle | undefined;
  /** Whether each item or property is written for itself. @defaultValue true for `form` only */
  readonly explode?: boolean | undefined;
  /** Whether reserved characters that separate nothing stay as they are. @defaultValue false */
  readonly allowReserved?: boolean | undefined;
  /** Media type of the value: JSON, which is then written as text, or else a text. @defaultValue none */
  readonly contentType?: string | undefined;
  /**
   * Whether a path argument may be several segments, such as a file's `docs/readme.md`. Each of them is
   * held to what one is: not empty, not `..`, not percent-encoded.
   *
   * @defaultValue false
   */
  readonly multiSegment?: boolean | undefined;
}

/** A parameter, and all that is known of its place. */
export interface PlacedParameter {
  readonly argument: string;
  readonly in: ParameterLocation;
  readonly name: string;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly contentType?: string | undefined;
  readonly multiSegment: boolean;
}

/** What {@link locateParameters} decides by. */
export interface LocateParametersOptions {
  readonly where: string;
  readonly method: HttpMethod;
  readonly template: UrlTemplate;
  readonly schema: ParametersSchema;
  readonly given: Readonly<Record<string, ParameterLocation | ParameterPlacement>>;
  readonly carriers: readonly CredentialCarrier[];
  /** Names of the headers that the tool itself sets. */
  readonly fixedHeaders: readonly string[];
  /** The argument that is the whole body, where there is one. */
  readonly wholeBody: string | undefined;
}

/**
 * Gives every parameter its place: where the tool says, else the path for placeholders, the query
 * for GET, HEAD and DELETE, the body for the rest.
 *
 * @throws ConfigurationError when a parameter cannot go where it should.
 */
export function locateParameters(options: LocateParametersOptions): readonly PlacedParameter[] {
  const { where, template, schema, given, wholeBody } = options;
  const names = Object.keys(schema.properties ?? {});
  for (const name of [...Object.keys(given), ...(wholeBody === undefined ? [] : [wholeBody])]) {
    if (!names.includes(name)) throw undescribed(where, name);
  }
  const placed: PlacedParameter[] = [];
  for (const argument of names) {
    const parameter = place(argument, options);
    const fault = findFault(parameter, placed, options);
    if (fault !== undefined) {
      throw new ConfigurationError(`${where}: the parameter ${JSON.stringify(argument)} ${fault}`);
    }
    placed.push(parameter);
  }
  for (const placeholder of template.placeholders) {
    if (placed.some((parameter) => parameter.in === "path" && parameter.name === placeholder)) {
      continue;
    }
    const namesake = placed.find(({ argument }) => argument === placeholder);
    if (namesake === undefined) throw undescribed(where, placeholder);
    throw new ConfigurationError(
      `${where}: the parameter ${JSON.stringify(placeholder)} is a placeholder of the url and is given the location ${JSON.stringify(namesake.in)}. Give it "path", or none.`,
    );
  }
  return placed;
}

function undescribed(where: string, name: string): ConfigurationError {
  return new ConfigurationError(
    `${where}: the parameter ${JSON.stringify(name)} is used, and parameters.properties does not describe it. Add it there.`,
  );
}

function place(argument: string, options: LocateParametersOptions): PlacedParameter {
  const given = Object.hasOwn(options.given, argument) ? options.given[argument] : undefined;
  const placement = typeof given === "object" ? given : { in: given ?? usual(argument, options) };
  const isForm = placement.in === "query" || placement.in === "cookie";
  const style = placement.style ?? (isForm ? "form" : "simple");
  return {
    argument,
    in: placement.in,
    name: placement.name ?? argument,
    style,
    explode: placement.explode ?? style === "form",
    allowReserved: placement.allowReserved ?? false,
    contentType: placement.contentType,
    multiSegment: placement.multiSegment ?? false,
  };
}

function usual(argument: string, options: LocateParametersOptions): ParameterLocation {
  const { template, method, wholeBody } = options;
  if (wholeBody === argument) return "body";
  if (template.placeholders.includes(argument)) return "path";
  return wholeBody === undefined && takesBody(method) ? "body" : "query";
}

const stylesOf: Readonly<Record<ParameterLocation, readonly ParameterStyle[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
  body: ["simple"],
};

function findFault(
  parameter: PlacedParameter,
  others: readonly PlacedParameter[],
  options: LocateParametersOptions,
): string | undefined {
  const { in: location, name, style } = parameter;
  if (!Object.hasOwn(stylesOf, location)) {
    return `has the location ${JSON.stringify(location)}; it must be "path", "query", "header", "cookie" or "body".`;
  }
  if (!stylesOf[location].includes(style)) {
    return `goes to the ${location} in style ${JSON.stringify(style)}. ${location === "body" ? "Say it in body.encoding." : `Use ${stylesOf[location].join(" or ")}.`}`;
  }
  if (parameter.multiSegment && location !== "path") {
    return `is given multiSegment and goes to the ${location}. Only a path has segments: leave it out.`;
  }
  const { template, carriers } = options;
  if (location === "path" && !template.placeholders.includes(name)) {
    return `goes to the path, and the url has no {${name}}. Add it to the url, or choose another location.`;
  }
  if (isTaken(location, name, carriersIn(location, carriers))) {
    return `goes to the ${location}, where the credential has this name already. Rename the parameter, or remove it.`;
  }
  if (location === "query" && isTaken(location, name, template.queryNames)) {
    return "goes to the query, where the url's own value has this name already. Rename the parameter, or remove it.";
  }
  if (location === "header" && isTaken(location, name, options.fixedHeaders)) {
    return "goes to a header that headers sets for every call. Remove it from one of them.";
  }
  const twin = others.find(
    (other) => other.in === location && sameName(location, other.name, name),
  );
  if (twin !== undefined) {
    return `goes to the ${location} under the name ${JSON.stringify(name)}, and so does ${JSON.stringify(twin.argument)}. Give one of them another name.`;
  }
  return findFaultOfName(parameter, options);
}

function findFaultOfName(
  parameter: PlacedParameter,
  options: LocateParametersOptions,
): string | undefined {
  const { argument, in: location, name } = parameter;
  const { schema, method, wholeBody } = options;
  switch (location) {
    case "path":
      return schema.required?.includes(argument)
        ? undefined
        : "is part of the path and may be left out. Add it to parameters.required.";
    case "query":
      return name === "" ? "goes to the query without a name. Give it one." : undefined;
    case "cookie":
    case "header":
      if (!isHeaderName(name)) {
        return `goes to a ${location}, and its name is no ${location} name. Rename it.`;
      }
      return location === "header" &&
        (isReservedHeader(name) || name.toLowerCase() === "content-type")
        ? "goes to a header that the model must not set. Remove it; credentials belong into auth."
        : undefined;
    case "body":
      if (method === "GET" || method === "HEAD") {
        return `goes to the body, and a ${method} request has none. Give it the location "query".`;
      }
      return wholeBody === undefined || wholeBody === argument
        ? undefined
        : `goes to the body, which ${JSON.stringify(wholeBody)} is alone (body.parameter). Give it another location.`;
  }
}

/** Names of the credentials that travel in this place. */
export function carriersIn(
  location: ParameterLocation,
  carriers: readonly CredentialCarrier[],
): readonly string[] {
  return carriers.filter((carrier) => carrier.in === location).map(({ name }) => name);
}

/** Whether the value is written as JSON text. */
export function isJsonText({ contentType }: Pick<PlacedParameter, "contentType">): boolean {
  return contentType !== undefined && isJson(contentType);
}

function takesBody(method: HttpMethod): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

function sameName(location: ParameterLocation, one: string, other: string): boolean {
  return location === "header" ? one.toLowerCase() === other.toLowerCase() : one === other;
}
