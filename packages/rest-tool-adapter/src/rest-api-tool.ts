import { ConfigurationError } from "@rak-oauth/core";
import { ArgumentValidator, type ParametersSchema } from "./argument-validator.js";
import { CallDeadline } from "./call-deadline.js";
import { findInsufficientScope } from "./challenges.js";
import { type CalledEndpoint, httpFailure, timeoutFailure, toFailure } from "./failures.js";
import {
  type HttpMethod,
  locateParameters,
  type ParameterLocation,
  type ParameterPlacement,
} from "./parameter-locations.js";
import { readResponse } from "./read-response.js";
import { Redactor } from "./redactor.js";
import { RequestBlueprint, type ToolRequest } from "./request-blueprint.js";
import type { RequestBodyOptions } from "./request-body.js";
import { sendRequest } from "./send-request.js";
import {
  type AuthorizedCall,
  isPending,
  type RequestCredential,
  type ToolAuth,
} from "./tool-auth.js";
import type { ToolContext } from "./tool-context.js";
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
  /** JSON Schema of the arguments (2020-12, or draft 7 by `$schema`). @defaultValue no arguments */
  readonly parameters?: ParametersSchema | undefined;
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
}

const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** One operation of a REST API as a tool that a model may call, as the user it is called for. */
export class RestApiTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: ParametersSchema;
  readonly #endpoint: CalledEndpoint;
  readonly #arguments: ArgumentValidator;
  readonly #blueprint: RequestBlueprint;
  readonly #auth: ToolAuth | undefined;
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
    const schema = options.parameters ?? { type: "object", properties: {} };
    this.#arguments = new ArgumentValidator(schema, where);
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
    this.#endpoint = { toolName: name, method, url: template.text };
    this.#auth = auth;
    this.#timeoutMs = positive(where, "timeoutMs", options.timeoutMs ?? 30_000);
    this.#maximumResponseBytes = positive(
      where,
      "maximumResponseBytes",
      options.maximumResponseBytes ?? 1_000_000,
    );
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
      const request = this.#blueprint.build(this.#arguments.check(params));
      return await this.#call(request, { toolName: this.name, context, signal: deadline.signal });
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

  async #call(request: ToolRequest, call: AuthorizedCall): Promise<ToolResult> {
    const auth = this.#auth;
    if (auth === undefined)
      return this.#finish(await sendRequest(request, undefined, call.signal), []);
    const answer = await auth.authorize(call);
    if (isPending(answer)) return answer;
    const used: RequestCredential[] = [answer];
    for (let credential = answer; ; ) {
      const response = await sendRequest(request, credential, call.signal);
      const result = await this.#finish(response, used);
      const missing = findMissingScopes(response);
      if (missing !== undefined) {
        const redactor = redactorOf(used);
        const scopes = missing.filter((scope) => redactor.redact(scope) === scope);
        return (await auth.widen?.(call, credential, scopes)) ?? result;
      }
      // One forced refresh and one retry: an API that always says 401 ends here.
      if (response.status !== 401 || used.length > 1) return result;
      const renewed = await auth.renew?.(call, credential);
      if (renewed === undefined) return result;
      if (isPending(renewed)) return renewed;
      used.push(renewed);
      credential = renewed;
    }
  }

  async #finish(response: Response, used: readonly RequestCredential[]): Promise<ToolResult> {
    const content = await readResponse(response, {
      maximumBytes: this.#maximumResponseBytes,
      redactor: redactorOf(used),
    });
    if (!response.ok) return httpFailure(this.#endpoint, response, content);
    return { status: "ok", httpStatus: response.status, ...content };
  }
}

function redactorOf(used: readonly RequestCredential[]): Redactor {
  return new Redactor(used.flatMap(({ secrets }) => secrets));
}

function findMissingScopes(response: Response): readonly string[] | undefined {
  if (response.status !== 401 && response.status !== 403) return undefined;
  return findInsufficientScope(response.headers.get("www-authenticate"));
}

/** Timers wait no longer than this. */
const maximum = 2 ** 31 - 1;

function positive(where: string, field: string, value: number): number {
  if (value > 0 && value <= maximum) return value;
  throw new ConfigurationError(
    `${where}: ${field} is ${String(value)} and must be a number from 1 to ${maximum}.`,
  );
}
