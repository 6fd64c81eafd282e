import { ConfigurationError } from "@rak-oauth/core";
import {
  documentFault,
  isJsonObject,
  type Located,
  memberPointer,
  quoted,
} from "./json-pointer.js";

/** Where the operations of a document are called. */
export interface ServerOptions {
  /** Base URL of all operations, instead of the servers the document names. @defaultValue the document's */
  readonly serverUrl?: string | undefined;
  /** Values of variables in server URLs. @defaultValue the document's defaults */
  readonly serverVariables?: Readonly<Record<string, string>> | undefined;
  /** Absolute URL that relative server URLs are resolved against: where the document is from. */
  readonly baseUrl?: string | undefined;
}

/**
 * The base URL of the first of some servers, without a slash at its end.
 *
 * @param servers - those of an operation, its path or the document; absent where none of them has any
 * @see https://spec.openapis.org/oas/v3.1.1.html#server-object
 * @throws ConfigurationError when it cannot be called.
 */
export function chooseServer(
  servers: Located<unknown> | undefined,
  options: ServerOptions,
): string {
  if (options.serverUrl !== undefined) {
    if (!URL.canParse(options.serverUrl)) {
      throw new ConfigurationError(
        `OpenApiToolset: serverUrl is ${quoted(options.serverUrl)} and must be an absolute URL, such as "https://api.example.com/v1".`,
      );
    }
    if (hasMoreThanPath(new URL(options.serverUrl))) {
      throw new ConfigurationError(
        `OpenApiToolset: serverUrl is ${quoted(options.serverUrl)} and must end with its path: without "?" and "#".`,
      );
    }
    return withoutSlash(options.serverUrl);
  }
  const isEmpty = servers === undefined || (Array.isArray(servers.value) && !servers.value.length);
  const place = isEmpty
    ? { value: { url: "/" }, pointer: "#/servers" }
    : {
        value: Array.isArray(servers.value) ? servers.value[0] : undefined,
        pointer: memberPointer(servers.pointer, 0),
      };
  const { value, pointer } = place;
  const url = isJsonObject(value) ? value["url"] : undefined;
  if (!isJsonObject(value) || typeof url !== "string") {
    throw documentFault(
      pointer,
      "must be a server with a url. Correct it, or give the option serverUrl.",
    );
  }
  const chosen = withVariables(url, { value, pointer }, options.serverVariables ?? {});
  if (!URL.canParse(chosen, options.baseUrl)) {
    throw documentFault(
      pointer,
      `has the url ${quoted(chosen)}, which ${options.baseUrl === undefined ? "is relative. Give the option baseUrl, the address the document is from, or serverUrl" : "cannot be parsed. Give the option serverUrl"}.`,
    );
  }
  const chosenUrl = new URL(chosen, options.baseUrl);
  if (hasMoreThanPath(chosenUrl)) {
    throw documentFault(
      pointer,
      `has the url ${quoted(chosen)}, to which no path can be added. Remove its query and fragment, or give the option serverUrl.`,
    );
  }
  return withoutSlash(chosenUrl.href);
}

function withVariables(
  url: string,
  { value: server, pointer }: Located,
  given: Readonly<Record<string, string>>,
): string {
  return url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const variables = server["variables"];
    const isKnown = isJsonObject(variables) && Object.hasOwn(variables, name);
    const variable = isKnown ? variables[name] : undefined;
    const place = memberPointer(pointer, "variables", name);
    const value = Object.hasOwn(given, name)
      ? given[name]
      : isJsonObject(variable)
        ? variable["default"]
        : undefined;
    if (typeof value !== "string") {
      throw documentFault(
        place,
        `has no default, and the server's url needs it. Give serverVariables: { ${JSON.stringify(name)}: "…" }.`,
      );
    }
    const allowed = isJsonObject(variable) ? variable["enum"] : undefined;
    if (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(value)) {
      throw documentFault(
        place,
        `is ${quoted(value)} and must be one of ${allowed.slice(0, 10).map(quoted).join(", ")}. Give one of them in serverVariables.`,
      );
    }
    return value;
  });
}

function hasMoreThanPath({ search, hash }: URL): boolean {
  return search !== "" || hash !== "";
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}
