import { ConfigurationError } from "@rak-oauth/core";
import { isJson } from "./content-type.js";
import { isHeaderName, isHeaderValue, isReservedHeader } from "./header-rules.js";
import type { HttpMethod, ParameterLocation } from "./parameter-locations.js";
import { invalidArguments } from "./tool-result.js";
import type { UrlTemplate } from "./url-template.js";

/** One HTTP request without its credential. */
export interface ToolRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: string | undefined;
}

/** What {@link RequestBlueprint} is made of. */
export interface RequestBlueprintOptions {
  readonly where: string;
  readonly method: HttpMethod;
  readonly template: UrlTemplate;
  readonly locations: ReadonlyMap<string, ParameterLocation>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns valid arguments into a request. */
export class RequestBlueprint {
  readonly #options: RequestBlueprintOptions;

  /** @throws ConfigurationError when a fixed header cannot be sent. */
  constructor(options: RequestBlueprintOptions) {
    for (const [name, value] of Object.entries(options.headers)) {
      const fault = findHeaderFault(name, value);
      if (fault !== undefined) {
        throw new ConfigurationError(`${options.where}: headers.${name} ${fault}`);
      }
    }
    this.#options = options;
  }

  /**
   * The request for these arguments.
   *
   * @throws CallFailedError when an argument cannot stand where it goes.
   */
  build(values: Readonly<Record<string, unknown>>): ToolRequest {
    const { method, template, locations } = this.#options;
    const path = new Map<string, string>();
    const query: [string, string][] = [];
    const headers = new Headers({ accept: "application/json, text/*;q=0.9, */*;q=0.5" });
    for (const [name, value] of Object.entries(this.#options.headers)) headers.set(name, value);
    const body: [string, unknown][] = [];
    for (const [name, location] of locations) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) continue;
      if (location === "body") {
        body.push([name, value]);
      } else if (location === "path") {
        path.set(name, toText(name, value, location));
      } else if (value === null) {
        // How some models say that they leave an argument out.
      } else if (location === "header") {
        headers.set(name, toHeaderValue(name, value));
      } else {
        for (const item of Array.isArray(value) ? value : [value]) {
          query.push([name, toText(name, item, location)]);
        }
      }
    }
    const url = template.expand(path);
    for (const [name, value] of query) url.searchParams.append(name, value);
    if (![...locations.values()].includes("body")) return { method, url, headers };
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return { method, url, headers, body: JSON.stringify(Object.fromEntries(body)) };
  }
}

function findHeaderFault(name: string, value: string): string | undefined {
  if (!isHeaderName(name)) return "is no header name. Rename it.";
  if (isReservedHeader(name)) {
    return "must not be set here. Give credentials as auth, and leave the rest to the HTTP client.";
  }
  if (typeof value !== "string" || !isHeaderValue(value)) {
    return "must be a text without line breaks and without characters past U+00FF.";
  }
  if (name.toLowerCase() === "content-type" && !isJson(value)) {
    return `is ${JSON.stringify(value)}, and the body is JSON. Give a JSON media type, or leave it out.`;
  }
  return undefined;
}

function toHeaderValue(name: string, value: unknown): string {
  const text = toText(name, value, "header");
  if (!isHeaderValue(text)) {
    throw invalidArguments(
      `The argument ${JSON.stringify(name)} contains a line break or another character that no header may carry. Remove it.`,
    );
  }
  return text;
}

function toText(name: string, value: unknown, location: ParameterLocation): string {
  if (typeof value === "string" && value.isWellFormed()) return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const kinds = `a text, a number or a boolean${location === "query" ? ", or a list of these" : ""}`;
  throw invalidArguments(
    `The argument ${JSON.stringify(name)} goes to the ${location} and must be ${kinds}, in well-formed Unicode.`,
  );
}
