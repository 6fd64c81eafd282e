import { scheduler } from "node:timers/promises";
import { ConfigurationError } from "@rak-oauth/core";
import { ApiCall, ApiCaller } from "./api-caller.js";
import { ArgumentValidator, type ParametersSchema } from "./argument-validator.js";
import { CallDeadline } from "./call-deadline.js";
import { type AnsweredRequest, collectPages } from "./collect-pages.js";
import {
  type CalledEndpoint,
  httpFailure,
  idempotentMethods,
  timeoutFailure,
  toFailure,
} from "./failures.js";
import type { Pagination } from "./pagination.js";
import { locateParameters } from "./parameter-locations.js";
import { readResponse } from "./read-response.js";
import { RequestBlueprint, type ToolRequest } from "./request-blueprint.js";
import { ResponseShape } from "./response-shape.js";
import {
  dispatcherOf,
  paginationOf,
  positive,
  type RestApiToolOptions,
  retriesOf,
} from "./rest-api-tool-options.js";
import { isStandardSchema, StandardArguments } from "./standard-arguments.js";
import { isPending, type ToolAuth } from "./tool-auth.js";
import type { ToolContext } from "./tool-context.js";
import type {
  PendingAuthorizationResult,
  ToolFailure,
  ToolResult,
  ToolSuccess,
} from "./tool-result.js";
import { UrlTemplate } from "./url-template.js";

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
  readonly #auth: ToolAuth | undefined;
  readonly #caller: ApiCaller;
  readonly #timeoutMs: number;
  readonly #maximumResponseBytes: number;
  readonly #shape: ResponseShape;
  readonly #pagination: Pagination | undefined;

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
      fixedHeaders: Object.keys(options.headers ?? {}),
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
    this.#shape = new ResponseShape(options.response ?? {}, where);
    this.#pagination = paginationOf(options, where);
    this.#auth = auth;
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
    const failureOf = (error: unknown): ToolFailure => {
      context.signal?.throwIfAborted();
      if (deadline.isOver) return timeoutFailure(this.#endpoint, this.#timeoutMs);
      const failure = toFailure(this.#endpoint, error);
      if (failure === undefined) throw error;
      return failure;
    };
    try {
      const request = this.#blueprint.build(await this.#arguments.check(params));
      const call = new ApiCall(this.name, context, deadline);
      return await this.#call(request, call, failureOf);
    } catch (error) {
      return failureOf(error);
    } finally {
      deadline.end();
    }
  }

  /**
   * Asks the user for what `execute` would ask for first, and sends nothing to the API; nothing when
   * a call can go ahead. Where this cannot be told at the moment, `execute` will say so.
   *
   * @throws what `execute` throws.
   */
  async authorize(context: ToolContext = {}): Promise<PendingAuthorizationResult | undefined> {
    const deadline = new CallDeadline(this.#timeoutMs, context.signal);
    try {
      const answer = await this.#auth?.authorize(new ApiCall(this.name, context, deadline));
      return answer !== undefined && isPending(answer) ? answer : undefined;
    } catch (error) {
      context.signal?.throwIfAborted();
      if (deadline.isOver || toFailure(this.#endpoint, error) !== undefined) return undefined;
      throw error;
    } finally {
      deadline.end();
    }
  }

  async #call(
    first: ToolRequest,
    call: ApiCall,
    failureOf: (error: unknown) => ToolFailure,
  ): Promise<ToolResult> {
    const shape = this.#shape;
    if (this.#pagination === undefined) {
      const answer = await this.#ask(first, call);
      return answer.pending ? answer : shape.show(answer.result);
    }
    const ask = (request: ToolRequest) => this.#ask(request, call);
    const pick = (item: unknown) => shape.pick(item);
    const { tell } = call;
    const pagination = this.#pagination;
    const result = await collectPages({ pagination, first, ask, pick, tell, failureOf });
    return result.pending ? result : shape.cut(result);
  }

  async #ask(
    request: ToolRequest,
    call: ApiCall,
  ): Promise<AnsweredRequest | PendingAuthorizationResult> {
    const answer = await this.#caller.call(request, call);
    if (answer.pending) return answer;
    const { response } = answer;
    const content = await readResponse(answer, {
      maximumBytes: this.#maximumResponseBytes,
      as: this.#shape.form,
    });
    const pending = await answer.askForMissingScopes?.(content.data);
    if (pending !== undefined) return pending;
    const result: ToolSuccess | ToolFailure = response.isSuccess
      ? { status: "ok", httpStatus: response.status, ...content }
      : httpFailure(this.#endpoint, response, content);
    return { result, response };
  }
}
