import { scheduler } from "node:timers/promises";
import { ConfigurationError } from "@rak-oauth/core";
import type { Scheduler } from "@rak-oauth/token-manager";
import type { Dispatcher } from "undici";
import { type ApiCall, ApiCaller } from "./api-caller.js";
import { ArgumentValidator, type ParametersSchema } from "./argument-validator.js";
import { CallDeadline } from "./call-deadline.js";
import { sharedDispatcher } from "./dispatchers.js";
import {
  type CalledEndpoint,
  httpFailure,
  idempotentMethods,
  timeoutFailure,
  toFailure,
} from "./failures.js";
import {
  type HttpMethod,
  locateParameters,
  type ParameterLocation,
  type ParameterPlacement,
} from "./parameter-locations.js";
import { readResponse } from "./read-response.js";
import { RequestBlueprint, type ToolRequest } from "./request-blueprint.js";
import type { RequestBodyOptions } from "./request-body.js";
import {
  isStandardSchema,
  StandardArguments,
  type StandardParametersSchema,
} from "./standard-arguments.js";
import type { ToolAuth } from "./tool-auth.js";
import type { ToolContext } from "./tool-context.js";
import { progressTo } from "./tool-progress.js";
import type { ToolResult } from "./tool-result.js";
import { UrlTemplate } from "./url-template.js";

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
}

const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** One operation of a REST API as a tool that a model may call, as the user it is called for. */
export class RestApiTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, for the model. */
  readonly parameters: ParametersSchema;
  readonly #endpoint: CalledEndpoint;
  readonly #arguments: ArgumentValidator | StandardArguments;
  readonly #blueprint: RequestBlueprint;
  readonly #caller: ApiCaller;
  readonly #timeoutMs: number;
  readonly #maximumResponseBytes: number;

  /** @throws ConfigurationError that says which field cannot work, and how to mend it. */
  constructor(options: RestApiToolOptions) {
    const { name, description, method, url, auth } = options;
    const where = `RestApiTool ${JSON.stringify(name)}`;
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw new ConfigurationError(
        `${where}: name must be 1 to 64 letters, digits, "_" or "-", such as "list_events".`,
      );
    }
    if (typeof description !== "string" || description.trim() === "") {
      throw new ConfigurationError(
        `${where}: description is missing. Tell the model what the tool does.`,
      );
    }
    if (!methods.includes(method)) {
      throw new ConfigurationError(
        `${where}: method is ${JSON.stringify(method)} and must be one of ${methods.join(", ")}.`,
      );
    }
    const template = new UrlTemplate(
      url,
      where,
      auth?.allowInsecureLoopback ?? options.allowInsecureLoopback ?? false,
    );
    if (auth?.origins && !auth.origins.includes(template.origin)) {
      throw new ConfigurationError(
        `${where}: url is at ${template.origin}, and the tokens may only go to ${auth.origins.join(", ") || "no origin at all"}. Add it to apiOrigins of the OAuth2 configuration if it belongs to the provider.`,
      );
    }
    const given = options.parameters ?? { type: "object", properties: {} };
    this.#arguments = isStandardSchema(given)
      ? new StandardArguments(given, where)
      : new ArgumentValidator(given, where);
    const { schema } = this.#arguments;
    const carriers = auth?.carriers ?? [];
    const body = options.body ?? {};
    const parameters = locateParameters({
      where,
      method,
      template,
      schema,
      given: options.parameterLocations ?? {},
      carriers,
      wholeBody: body.parameter,
    });
    this.#blueprint = new RequestBlueprint({
      where,
      method,
      template,
      parameters,
      headers: options.headers ?? {},
      body,
      carriers,
    });
    this.name = name;
    this.description = description;
    this.parameters = schema;
    const isIdempotent = options.idempotent ?? idempotentMethods.has(method);
    this.#endpoint = { toolName: name, method, url: template.text, isIdempotent };
    this.#timeoutMs = positive(where, "timeoutMs", options.timeoutMs ?? 30_000);
    this.#maximumResponseBytes = positive(
      where,
      "maximumResponseBytes",
      options.maximumResponseBytes ?? 1_000_000,
    );
    this.#caller = new ApiCaller({
      endpoint: this.#endpoint,
      auth,
      dispatcher: dispatcherOf(options, where),
      retryPolicy: {
        retries: retriesOf(options, where),
        scheduler: options.scheduler ?? scheduler,
      },
      maximumResponseBytes: this.#maximumResponseBytes,
    });
  }

  /**
   * Calls the API with a model's arguments. What the model or the user can act on is a result; what
   * a person has to mend is thrown.
   *
   * @throws MissingUserIdError when the tool acts as a user and the context names none.
   * @throws TokenRequestError when the provider refuses the client's own registration.
   * @throws the reason of `context.signal` when the caller gave up.
   */
  async execute(
    params: Readonly<Record<string, unknown>>,
    context: ToolContext = {},
  ): Promise<ToolResult> {
    const deadline = new CallDeadline(this.#timeoutMs, context.signal);
    try {
      const request = this.#blueprint.build(await this.#arguments.check(params));
      return await this.#call(request, {
        toolName: this.name,
        context,
        signal: deadline.signal,
        remainingMs: () => deadline.remainingMs,
        tell: progressTo(context.onProgress, this.name),
      });
    } catch (error) {
      context.signal?.throwIfAborted();
      if (deadline.isOver) return timeoutFailure(this.#endpoint, this.#timeoutMs);
      const failure = toFailure(this.#endpoint, error);
      if (failure === undefined) throw error;
      return failure;
    } finally {
      deadline.end();
    }
  }

  async #call(request: ToolRequest, call: ApiCall): Promise<ToolResult> {
    const answer = await this.#caller.call(request, call);
    if (answer.pending) return answer;
    const { response } = answer;
    const content = await readResponse(answer, {
      maximumBytes: this.#maximumResponseBytes,
      as: "auto",
    });
    if (!response.isSuccess) return httpFailure(this.#endpoint, response, content);
    return { status: "ok", httpStatus: response.status, ...content };
  }
}

/** Timers wait no longer than this. */
const maximum = 2 ** 31 - 1;

function positive(where: string, field: string, value: number): number {
  if (value > 0 && value <= maximum) return value;
  throw new ConfigurationError(
    `${where}: ${field} is ${String(value)} and must be a number from 1 to ${maximum}.`,
  );
}

function retriesOf({ retries = 2 }: RestApiToolOptions, where: string): number {
  if (Number.isInteger(retries) && retries >= 0 && retries <= 10) return retries;
  throw new ConfigurationError(
    `${where}: retries is ${String(retries)} and must be a whole number from 0 to 10.`,
  );
}

function dispatcherOf(options: RestApiToolOptions, where: string): Dispatcher {
  const { dispatcher, publicAddressesOnly = false } = options;
  if (dispatcher !== undefined && publicAddressesOnly) {
    throw new ConfigurationError(
      `${where}: dispatcher and publicAddressesOnly are both given, and only our own dispatcher checks addresses. Leave one of them out.`,
    );
  }
  return dispatcher ?? sharedDispatcher(publicAddressesOnly);
}
