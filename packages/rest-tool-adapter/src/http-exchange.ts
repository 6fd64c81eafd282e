import { AddressNotPublicError } from "@rak-oauth/oidc-discovery/public-addresses";
import type { Dispatcher } from "undici";
import type { CallDeadline } from "./call-deadline.js";
import type { RequestDispatcher } from "./fetch-dispatcher.js";
import { NetworkError } from "./network-error.js";
import { CallFailedError } from "./tool-result.js";

/** One request, ready to be sent. */
export interface HttpExchange {
  readonly dispatcher: RequestDispatcher;
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
  readonly deadline: CallDeadline;
  /** No more of the answer than this is received, in bytes as they come. */
  readonly maximumBytes: number;
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The API's answer, received up to the limit. */
export class ApiResponse {
  readonly status: number;
  readonly #headers: RawHeaders;
  /** The body as it came: perhaps compressed. */
  readonly bytes: Buffer;
  /** Whether the body was longer. */
  readonly isCut: boolean;

  constructor(status: number, headers: RawHeaders, bytes: Buffer, isCut: boolean) {
    this.status = status;
    this.#headers = headers;
    this.bytes = bytes;
    this.isCut = isCut;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** All headers; made when asked for, because most answers are read without. */
  get headers(): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
    }
    return headers;
  }
}

/**
 * Sends one request and receives its answer. No redirect is followed, nothing is repeated.
 *
 * @throws NetworkError when no complete answer comes, or the deadline ends it.
 * @throws CallFailedError when the address must not be called.
 */
export function exchange(options: HttpExchange): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const { dispatcher, url, method, headers, body, deadline, maximumBytes } = options;
    const receiver = new Receiver(maximumBytes, deadline, resolve, reject);
    const request = {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      // The whole call has its own limit of time.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    try {
      // Undici would find it out only once it is connected.
      deadline.throwIfEnded();
      dispatcher.dispatch(request, receiver);
    } catch (error) {
      receiver.fail(error);
    }
  });
}

/**
 * Takes an answer as undici delivers it. Streams and web responses cost more than a small answer
 * does, and no more than the limit is kept anyway.
 */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #maximumBytes: number;
  readonly #deadline: CallDeadline;
  readonly #resolve: (response: ApiResponse) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: RawHeaders = {};
  #chunks: Buffer[] = [];
  #length = 0;
  #isAwaited = true;

  constructor(
    maximumBytes: number,
    deadline: CallDeadline,
    resolve: (response: ApiResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#maximumBytes = maximumBytes;
    this.#deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
    deadline.stopWith((reason) => this.#stop(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Of a request that waited for its connection until then.
    if (this.#deadline.hasEnded) controller.abort(endOfReading);
  }

  onResponseStart(_: unknown, status: number, headers: RawHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length <= this.#maximumBytes) return;
    this.#finish(true);
    controller.abort(endOfReading);
  }

  onResponseEnd(): void {
    this.#finish(false);
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    if (!this.#settle()) return;
    this.#reject(
      error instanceof AddressNotPublicError ? refuseAddress(error) : new NetworkError(error),
    );
  }

  /** False for what comes after the end, such as the failure of what was cut: another may be under way. */
  #settle(): boolean {
    if (!this.#isAwaited) return false;
    this.#isAwaited = false;
    this.#deadline.stopWith(undefined);
    return true;
  }

  #stop(reason: unknown): void {
    this.fail(reason);
    this.#controller?.abort(endOfReading);
  }

  #finish(isCut: boolean): void {
    if (!this.#settle()) return;
    const [first] = this.#chunks;
    const all = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    const bytes = isCut ? all.subarray(0, this.#maximumBytes) : all;
    this.#resolve(new ApiResponse(this.#status, this.#headers, bytes, isCut));
  }
}

function refuseAddress({ hostname }: AddressNotPublicError): CallFailedError {
  return new CallFailedError({
    error: "network_error",
    message: `${hostname} has an address that is not on the public internet, and this tool calls public addresses only. A person has to change the tool's url.`,
    retryable: false,
  });
}

const endOfReading = new Error("Nobody reads on.");
