import type { CallDeadline } from "./call-deadline.js";
import type { CalledEndpoint } from "./failures.js";
import type { RequestDispatcher } from "./fetch-dispatcher.js";
import type { ApiResponse } from "./http-exchange.js";
import { findMissingScopes } from "./missing-scopes.js";
import { prepareCredential } from "./prepared-credential.js";
import { Redactor } from "./redactor.js";
import type { ToolRequest } from "./request-blueprint.js";
import { type RetryPolicy, sendWithRetries } from "./retries.js";
import { sendRequest } from "./send-request.js";
import {
  type AuthorizedCall,
  isPending,
  type RequestCredential,
  type ToolAuth,
} from "./tool-auth.js";
import type { ToolContext } from "./tool-context.js";
import { progressTo, type TellProgress } from "./tool-progress.js";
import type { PendingAuthorizationResult } from "./tool-result.js";

/** What {@link ApiCaller} is made of. */
export interface ApiCallerOptions {
  readonly endpoint: CalledEndpoint;
  readonly auth: ToolAuth | undefined;
  readonly dispatcher: RequestDispatcher;
  readonly retryPolicy: RetryPolicy;
  /** How much of an answer is shown, in bytes after decompression. */
  readonly maximumResponseBytes: number;
}

/** One call of a tool, which may take several requests. */
export class ApiCall implements AuthorizedCall {
  readonly toolName: string;
  readonly context: ToolContext;
  readonly deadline: CallDeadline;
  readonly tell: TellProgress;

  constructor(toolName: string, context: ToolContext, deadline: CallDeadline) {
    this.toolName = toolName;
    this.context = context;
    this.deadline = deadline;
    this.tell = progressTo(context.onProgress, toolName);
  }

  get signal(): AbortSignal {
    return this.deadline.signal;
  }
}

/** The API's answer, and what takes the call's credentials out of it. */
export interface ApiAnswer {
  readonly response: ApiResponse;
  readonly redactor: Redactor;
  /**
   * Asks the user for scopes that the answer says are missing, given its body as it is shown; nothing
   * when it does not say so, or asking cannot help.
   */
  askForMissingScopes?(body: unknown): Promise<PendingAuthorizationResult | undefined>;
  readonly pending?: undefined;
}

/** Sends requests with their credential, and with another one where the API refuses the first. */
export class ApiCaller {
  readonly #options: ApiCallerOptions;

  constructor(options: ApiCallerOptions) {
    this.#options = options;
  }

  /**
   * The API's answer to one request, or what the user has to do first.
   *
   * @throws CallFailedError, NetworkError as {@link sendRequest} does.
   */
  async call(request: ToolRequest, call: ApiCall): Promise<ApiAnswer | PendingAuthorizationResult> {
    const { auth } = this.#options;
    if (auth === undefined) return this.#send(request, [], call);
    const first = await auth.authorize(call);
    if (isPending(first)) return first;
    const answer = await this.#send(request, [first], call);
    const { response } = answer;
    if (response.status !== 401 || findMissingScopes(response, undefined)) return answer;
    const second = await auth.renew?.(call, first);
    if (second === undefined) return answer;
    if (isPending(second)) return second;
    // One forced refresh and one retry: an API that always says 401 ends here.
    return this.#send(request, [second, first], call);
  }

  /** With the first of the credentials; the others have been used in this call before. */
  async #send(
    request: ToolRequest,
    used: readonly RequestCredential[],
    call: ApiCall,
  ): Promise<ApiAnswer> {
    const { dispatcher, endpoint, maximumResponseBytes, retryPolicy } = this.#options;
    const { deadline, tell } = call;
    const [first] = used;
    const redactor =
      first !== undefined && used.length === 1
        ? prepareCredential(first).redactor
        : new Redactor(used.flatMap(({ secrets }) => secrets));
    // A little more than is shown, so that no half of a secret stands at the end. Four bytes are
    // the most that a character takes.
    const maximumBytes = maximumResponseBytes + 1 + redactor.longest * 4;
    const sending = { dispatcher, deadline, tell, maximumBytes };
    const send = () => sendRequest(request, first, sending);
    const repeatable = { endpoint, send, deadline, tell };
    const response = await sendWithRetries(repeatable, retryPolicy);
    if (first === undefined) return { response, redactor };
    return {
      response,
      redactor,
      askForMissingScopes: async (body) => {
        const missing = findMissingScopes(response, body);
        const scopes = missing?.filter((scope) => redactor.redact(scope) === scope);
        return scopes && this.#options.auth?.widen?.(call, first, scopes);
      },
    };
  }
}
