import type { Dispatcher } from "undici";

/** What sends the requests of a tool. */
export type RequestDispatcher = Pick<Dispatcher, "dispatch">;

/** Of the body as it came; `fetch` has decompressed it. */
const ofTheWire = new Set(["content-encoding", "content-length"]);

/** Sends the requests of a tool through a `fetch`, which follows no redirect: that is the tool's to do. */
export class FetchDispatcher implements RequestDispatcher {
  readonly #fetch: typeof fetch;

  constructor(send: typeof fetch) {
    this.#fetch = send;
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.#exchange(request, handler);
    return true;
  }

  /** Never rejects: the handler is told of failures, unless it ended the request itself. */
  async #exchange(
    { origin, path, method, headers, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> {
    const ending = new AbortController();
    const { signal } = ending;
    const controller = new RequestController(ending);
    try {
      handler.onRequestStart?.(controller, {});
      signal.throwIfAborted();
      const response = await this.#fetch(`${origin}${path}`, {
        method,
        headers: headers as Record<string, string>,
        body: body as string | Uint8Array<ArrayBuffer> | null,
        redirect: "manual",
        signal,
      });
      handler.onResponseStart?.(
        controller,
        response.status,
        headersOf(response),
        response.statusText,
      );
      for await (const chunk of response.body ?? []) {
        handler.onResponseData?.(controller, Buffer.from(chunk));
        signal.throwIfAborted();
      }
      handler.onResponseEnd?.(controller, {});
    } catch (error) {
      if (signal.aborted) return;
      // What a fetch rejects with says why in its cause.
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      handler.onResponseError?.(controller, reason as Error);
    }
  }
}

/** What a handler holds of its request. */
class RequestController implements Dispatcher.DispatchController {
  readonly paused = false;
  readonly #ending: AbortController;

  constructor(ending: AbortController) {
    this.#ending = ending;
  }

  get aborted(): boolean {
    return this.#ending.signal.aborted;
  }

  get reason(): Error | null {
    return this.aborted ? (this.#ending.signal.reason as Error) : null;
  }

  abort(reason: Error): void {
    this.#ending.abort(reason);
  }

  /** Nothing waits here: a handler takes what it is given. */
  pause(): void {}

  resume(): void {}
}

function headersOf({ headers }: Response): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (!ofTheWire.has(name)) kept[name] = name === "set-cookie" ? headers.getSetCookie() : value;
  }
  return kept;
}
