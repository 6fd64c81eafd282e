import { ConfigurationError, type Scheduler } from "@rak-oauth/core";
import type { Dispatcher } from "undici";
import type { ParametersSchema } from "./argument-validator.js";
import { sharedDispatcher } from "./dispatchers.js";
import { FetchDispatcher, type RequestDispatcher } from "./fetch-dispatcher.js";
import { Pagination, type PaginationOptions } from "./pagination.js";
import {
  carriersIn,
  type HttpMethod,
  type ParameterLocation,
  type ParameterPlacement,
} from "./parameter-locations.js";
import type { RequestBodyOptions } from "./request-body.js";
import type { ResponseOptions } from "./response-shape.js";
import type { StandardParametersSchema } from "./standard-arguments.js";
import { isTaken } from "./taken-names.js";
import type { ToolAuth } from "./tool-auth.js";

/** Options of {@link RestApiTool}. */
export interface RestApiToolOptions {
  /** 1 to 64 letters, digits, `_` or `-`: what every model accepts. */
  readonly name: string;
  /** Tells the model what the tool does and when to use it. */
  readonly description: string;
  readonly method: HttpMethod;
  /** Absolute URL with `{placeholders}` in its path, such as `https://api.example.com/users/{id}`. */
  readonly url: string;
  /**
   * The arguments: JSON Schema (2020-12, or draft 7 by `$schema`), or a schema of zod, ArkType or
   * valibot, which validates and converts them.
   *
   * @defaultValue no arguments
   */
  readonly parameters?: ParametersSchema | StandardParametersSchema | undefined;
  /**
   * Where parameters go, and how they are written there.
   *
   * @defaultValue the path for placeholders, the query for GET, HEAD and DELETE, the body for others
   */
  readonly parameterLocations?:
    | Readonly<Record<string, ParameterLocation | ParameterPlacement>>
    | undefined;
  /** What the body is. @defaultValue the parameters that go to it as one JSON object */
  readonly body?: RequestBodyOptions | undefined;
  /** Fixed headers. Credentials belong into `auth`. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Made by `apiKey`, `bearer`, `basic`, `oauth2` or `allOf`. @defaultValue no credential */
  readonly auth?: ToolAuth | undefined;
  /** Limit of a whole call, redirects and the answer's body included, in milliseconds. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** How much of an answer is read, in bytes. @defaultValue 1000000 */
  readonly maximumResponseBytes?: number | undefined;
  /**
   * Whether plain http to loopback is accepted, for development only. With `oauth2` the setting of
   * its configuration counts instead.
   *
   * @defaultValue false
   */
  readonly allowInsecureLoopback?: boolean | undefined;
  /**
   * Whether names and addresses that are not on the public internet are refused, for a `url` that
   * comes from outside.
   *
   * @defaultValue false
   */
  readonly publicAddressesOnly?: boolean | undefined;
  /**
   * How often a request is sent again when the API cannot answer just now (429, 502, 503, 504) or
   * the network fails, within `timeoutMs`. What is not idempotent is sent again only after a 429 or
   * 503 that says when.
   *
   * @defaultValue 2
   */
  readonly retries?: number | undefined;
  /** Whether repeating a request does no more than one. @defaultValue true but for POST and PATCH */
  readonly idempotent?: boolean | undefined;
  /** How the time between retries is waited for. @defaultValue the one of `node:timers/promises` */
  readonly scheduler?: Scheduler | undefined;
  /** Sends the requests, through a proxy perhaps: a dispatcher of undici 7. @defaultValue one of ours */
  readonly dispatcher?: Dispatcher | undefined;
  /** Sends the requests in place of a dispatcher. @defaultValue none: a dispatcher does */
  readonly fetch?: typeof fetch | undefined;
  /** What of an answer is shown. @defaultValue all that was read */
  readonly response?: ResponseOptions | undefined;
  /**
   * Makes one call of a GET collect several pages; `data` is then {@link CollectedPages}.
   *
   * @defaultValue none: the answer is one page
   */
  readonly pagination?: PaginationOptions | undefined;
}

/** Timers wait no longer than this. */
const maximum = 2 ** 31 - 1;

/** @throws ConfigurationError when it is not from 1 to what timers can wait for. */
export function positive(where: string, field: string, value: number): number {
  if (value > 0 && value <= maximum) return value;
  throw new ConfigurationError(
    `${where}: ${field} is ${String(value)} and must be a number from 1 to ${maximum}.`,
  );
}

/** @throws ConfigurationError when there are none or too many. */
export function retriesOf({ retries = 2 }: RestApiToolOptions, where: string): number {
  if (Number.isInteger(retries) && retries >= 0 && retries <= 10) return retries;
  throw new ConfigurationError(
    `${where}: retries is ${String(retries)} and must be a whole number from 0 to 10.`,
  );
}

/** @throws ConfigurationError when it could not check addresses as it should. */
export function dispatcherOf(
  options: Pick<RestApiToolOptions, "dispatcher" | "fetch" | "publicAddressesOnly">,
  where: string,
): RequestDispatcher {
  const { dispatcher, fetch: send, publicAddressesOnly = false } = options;
  if (dispatcher !== undefined && send !== undefined) {
    throw new ConfigurationError(
      `${where}: dispatcher and fetch are both given, and one of them sends. Leave the other out.`,
    );
  }
  const own = dispatcher ?? (send && new FetchDispatcher(send));
  if (own !== undefined && publicAddressesOnly) {
    throw new ConfigurationError(
      `${where}: ${send ? "fetch" : "dispatcher"} and publicAddressesOnly are both given, and only our own dispatcher checks addresses. Leave one of them out.`,
    );
  }
  return own ?? sharedDispatcher(publicAddressesOnly);
}

/** @throws ConfigurationError when there is pagination that cannot work. */
export function paginationOf(options: RestApiToolOptions, where: string): Pagination | undefined {
  const { pagination: given, method, auth } = options;
  if (given === undefined) return undefined;
  if (method !== "GET") {
    throw new ConfigurationError(
      `${where}: pagination is given, and the method is ${method}. Pages are for GET alone; leave it out.`,
    );
  }
  const pagination = new Pagination(given, where);
  const taken = carriersIn("query", auth?.carriers ?? []);
  if (pagination.parameter !== undefined && isTaken("query", pagination.parameter, taken)) {
    throw new ConfigurationError(
      `${where}: pagination.parameter is ${JSON.stringify(pagination.parameter)}, the name of the credential. Give the parameter of the pages.`,
    );
  }
  return pagination;
}
