import { ConfigurationError } from "@rak-oauth/core";
import { isJson } from "./content-type.js";
import { isHeaderName, isHeaderValue, isReservedHeader } from "./header-rules.js";
import { carriersIn, type HttpMethod, type PlacedParameter } from "./parameter-locations.js";
import { type EncodedPair, toPairs, toStyledText } from "./parameter-styles.js";
import {
  percentEncode,
  percentEncodeForCookie,
  percentEncodeForPath,
  percentEncodeForQuery,
} from "./percent-encoding.js";
import { type BodyWriter, createBodyWriter, type RequestBodyOptions } from "./request-body.js";
import { isTaken } from "./taken-names.js";
import type { CredentialCarrier } from "./tool-auth.js";
import { invalidArguments } from "./tool-result.js";
import { acceptedEncodings } from "./unpack.js";
import { encodeSegmentPart, encodeSegments, type UrlTemplate } from "./url-template.js";

/** One HTTP request without its credential. */
export interface ToolRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** What {@link RequestBlueprint} is made of. */
export interface RequestBlueprintOptions {
  readonly where: string;
  readonly method: HttpMethod;
  readonly template: UrlTemplate;
  readonly parameters: readonly PlacedParameter[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBodyOptions;
  readonly carriers: readonly CredentialCarrier[];
}

/** Turns valid arguments into a request. */
export class RequestBlueprint {
  readonly #method: HttpMethod;
  readonly #template: UrlTemplate;
  readonly #parameters: readonly PlacedParameter[];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #writeBody: BodyWriter | undefined;
  /** Names that no property of an argument may take. */
  readonly #takenInQuery: readonly string[];
  readonly #takenInCookie: readonly string[];

  /** @throws ConfigurationError when a fixed header or the body cannot be sent. */
  constructor(options: RequestBlueprintOptions) {
    const { where, method, template, parameters, body, carriers } = options;
    const headers: Record<string, string> = {
      accept: "application/json, text/*;q=0.9, */*;q=0.5",
      // Some APIs refuse who does not say what it is.
      "user-agent": "rak-oauth",
      "accept-encoding": acceptedEncodings,
    };
    for (const [name, value] of Object.entries(options.headers)) {
      const fault = findHeaderFault(name, value, body);
      if (fault !== undefined) throw new ConfigurationError(`${where}: headers.${name} ${fault}`);
      headers[name.toLowerCase()] = value;
    }
    const namesIn = (location: "query" | "cookie") =>
      parameters
        .filter((parameter) => parameter.in === location)
        .map(({ name }) => name)
        .concat(carriersIn(location, carriers));
    this.#method = method;
    this.#template = template;
    this.#parameters = parameters;
    this.#headers = headers;
    this.#writeBody = createBodyWriter({
      where,
      body,
      parameters: parameters.filter((parameter) => parameter.in === "body"),
    });
    this.#takenInQuery = [...namesIn("query"), ...template.queryNames];
    this.#takenInCookie = namesIn("cookie");
  }

  /**
   * The request for these arguments.
   *
   * @throws CallFailedError when an argument cannot stand where it goes.
   */
  build(values: Readonly<Record<string, unknown>>): ToolRequest {
    const path = new Map<string, string>();
    const query: string[] = [];
    const headers: Record<string, string> = { ...this.#headers };
    const cookies: string[] = [];
    const properties = new Map<string, unknown>();
    for (const parameter of this.#parameters) {
      const { argument, name } = parameter;
      const value = Object.hasOwn(values, argument) ? values[argument] : undefined;
      if (value === undefined) continue;
      if (parameter.in === "body") {
        properties.set(name, value);
      } else if (parameter.in === "path") {
        path.set(name, toPathText(parameter, value));
      } else if (value === null) {
        // How some models say that they leave an argument out.
      } else if (parameter.in === "header") {
        headers[name.toLowerCase()] = toHeaderValue(parameter, value);
      } else if (parameter.in === "cookie") {
        for (const [key, text] of this.#cookiePairs(parameter, value))
          cookies.push(`${key}=${text}`);
      } else {
        for (const [key, text] of this.#queryPairs(parameter, value)) {
          query.push(`${percentEncode(key)}=${text}`);
        }
      }
    }
    if (cookies.length > 0) headers["cookie"] = cookies.join("; ");
    const method = this.#method;
    const url = this.#template.expand(path, query.join("&"));
    const body = this.#writeBody?.(properties);
    if (body === undefined) return { method, url, headers };
    headers["content-type"] ??= body.contentType;
    return { method, url, headers, body: body.content };
  }

  #queryPairs(parameter: PlacedParameter, value: unknown): readonly EncodedPair[] {
    const encode = parameter.allowReserved ? percentEncodeForQuery : percentEncode;
    const pairs = toPairs(parameter, value, encode);
    refuseTaken(parameter, pairs, this.#takenInQuery);
    return pairs;
  }

  #cookiePairs(parameter: PlacedParameter, value: unknown): readonly EncodedPair[] {
    const pairs = toPairs(parameter, value, percentEncodeForCookie);
    const odd = pairs.find(([name]) => !isHeaderName(name));
    if (odd !== undefined) {
      throw invalidArguments(
        `The argument ${JSON.stringify(parameter.argument)} has the property ${JSON.stringify(odd[0])}, which cannot name a cookie. Rename it.`,
      );
    }
    refuseTaken(parameter, pairs, this.#takenInCookie);
    return pairs;
  }
}

/** Properties become names of their own: none may be the credential's or another argument's. */
function refuseTaken(
  parameter: PlacedParameter,
  pairs: readonly EncodedPair[],
  taken: readonly string[],
): void {
  if (parameter.style === "deepObject") return;
  for (const [name] of pairs) {
    if (name !== parameter.name && isTaken(parameter.in, name, taken)) {
      throw invalidArguments(
        `The argument ${JSON.stringify(parameter.argument)} has the property ${JSON.stringify(name)}, which must not be set here. Leave it out.`,
      );
    }
  }
}

function findHeaderFault(
  name: string,
  value: string,
  body: RequestBodyOptions,
): string | undefined {
  if (!isHeaderName(name)) return "is no header name. Rename it.";
  if (isReservedHeader(name)) {
    return "must not be set here. Give credentials as auth, and leave the rest to the HTTP client.";
  }
  if (typeof value !== "string" || !isHeaderValue(value)) {
    return "must be a text without line breaks and without characters past U+00FF.";
  }
  if (name.toLowerCase() !== "content-type") return undefined;
  if (body.contentType !== undefined) {
    return "is given, and body.contentType as well. Leave the header out.";
  }
  return isJson(value)
    ? undefined
    : `is ${JSON.stringify(value)}, and the body is JSON. Give a JSON media type, or body.contentType instead of the header.`;
}

function toPathText(parameter: PlacedParameter, value: unknown): string {
  const { argument, allowReserved, multiSegment } = parameter;
  const encode = allowReserved ? percentEncodeForPath : percentEncode;
  const encodePart = multiSegment ? encodeSegments : encodeSegmentPart;
  const text = toStyledText(parameter, value, (part) => encodePart(argument, part, encode));
  // An empty list would leave nothing between two slashes.
  return text === "" ? encodeSegmentPart(argument, "", encode) : text;
}

function toHeaderValue(parameter: PlacedParameter, value: unknown): string {
  const text = toStyledText(parameter, value, (part) => part);
  if (!isHeaderValue(text)) {
    throw invalidArguments(
      `The argument ${JSON.stringify(parameter.argument)} contains a line break or another character that no header may carry. Remove it.`,
    );
  }
  return text;
}
