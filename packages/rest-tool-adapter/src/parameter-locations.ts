import { ConfigurationError } from "@rak-oauth/core";
import type { ParametersSchema } from "./argument-validator.js";
import { isHeaderName, isReservedHeader } from "./header-rules.js";
import type { CredentialCarrier } from "./tool-auth.js";
import type { UrlTemplate } from "./url-template.js";

/** HTTP methods a tool may use. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Where a parameter goes, under its own name; all that go to the body make one JSON object. */
export type ParameterLocation = "path" | "query" | "header" | "body";

/** What {@link locateParameters} decides by. */
export interface LocateParametersOptions {
  readonly where: string;
  readonly method: HttpMethod;
  readonly template: UrlTemplate;
  readonly schema: ParametersSchema;
  readonly given: Readonly<Record<string, ParameterLocation>>;
  readonly carrier: CredentialCarrier | undefined;
}

/**
 * Gives every parameter its place: where the tool says, else the path for placeholders, the query
 * for GET, HEAD and DELETE, the body for the rest.
 *
 * @throws ConfigurationError when a parameter cannot go where it should.
 */
export function locateParameters(
  options: LocateParametersOptions,
): ReadonlyMap<string, ParameterLocation> {
  const { where, template, schema, given } = options;
  const names = Object.keys(schema.properties ?? {});
  for (const name of [...template.placeholders, ...Object.keys(given)]) {
    if (!names.includes(name)) {
      throw new ConfigurationError(
        `${where}: the parameter ${JSON.stringify(name)} is used, and parameters.properties does not describe it. Add it there.`,
      );
    }
  }
  const locations = new Map<string, ParameterLocation>();
  for (const name of names) {
    const location = Object.hasOwn(given, name) ? given[name] : undefined;
    const chosen = location ?? defaultLocation(name, options);
    const fault = findFault(name, chosen, options);
    if (fault !== undefined) {
      throw new ConfigurationError(`${where}: the parameter ${JSON.stringify(name)} ${fault}`);
    }
    locations.set(name, chosen);
  }
  return locations;
}

function defaultLocation(name: string, options: LocateParametersOptions): ParameterLocation {
  if (options.template.placeholders.includes(name)) return "path";
  return takesBody(options.method) ? "body" : "query";
}

function findFault(
  name: string,
  location: ParameterLocation,
  options: LocateParametersOptions,
): string | undefined {
  const { template, schema, method, carrier } = options;
  if (template.placeholders.includes(name) !== (location === "path")) {
    return location === "path"
      ? `goes to the path, and the url has no {${name}}. Add it to the url, or choose another location.`
      : `is a placeholder of the url and is given the location ${JSON.stringify(location)}. Give it "path", or none.`;
  }
  const taken = carrier?.in === location && sameName(location, carrier.name, name);
  if (taken || (location === "query" && template.queryNames.includes(name))) {
    return `goes to the ${location}, where ${taken ? "the credential" : "the url's own value"} has this name already. Rename the parameter, or remove it.`;
  }
  switch (location) {
    case "path":
      return schema.required?.includes(name)
        ? undefined
        : "is part of the path and may be left out. Add it to parameters.required.";
    case "query":
      return undefined;
    case "header":
      if (!isHeaderName(name))
        return "goes to a header, and its name is no header name. Rename it.";
      return isReservedHeader(name) || name.toLowerCase() === "content-type"
        ? "goes to a header that the model must not set. Remove it; credentials belong into auth."
        : undefined;
    case "body":
      return method === "GET" || method === "HEAD"
        ? `goes to the body, and a ${method} request has none. Give it the location "query".`
        : undefined;
    default:
      return `has the location ${JSON.stringify(location)}; it must be "path", "query", "header" or "body".`;
  }
}

function takesBody(method: HttpMethod): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

function sameName(location: ParameterLocation, one: string, other: string): boolean {
  return location === "header" ? one.toLowerCase() === other.toLowerCase() : one === other;
}
