import {
  type Attributes,
  type Counter,
  metrics,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { isOAuth2Error } from "@rak-oauth/core";
import type { TokenEvent } from "./token-event.js";

/** Where a served token came from. */
export type TokenOrigin = "cache" | "store" | "provider";

const instrumentationName = "@rak-oauth/token-manager";

/**
 * Tells of what happens to tokens: to the application's listener, and, where an OpenTelemetry SDK is
 * registered, as spans and metrics. Without one these cost next to nothing. Nothing told holds a
 * token, and spans and metrics name no user.
 */
export class TokenObserver {
  readonly #provider: string;
  readonly #onEvent: ((event: TokenEvent) => void) | undefined;
  readonly #tracer: Tracer = trace.getTracer(instrumentationName);
  readonly #served: Counter;
  readonly #events: Counter;
  readonly #origins: Readonly<Record<TokenOrigin, Attributes>>;

  constructor(provider: string, onEvent: ((event: TokenEvent) => void) | undefined) {
    const meter = metrics.getMeter(instrumentationName);
    this.#provider = provider;
    this.#onEvent = onEvent;
    this.#served = meter.createCounter("rak_oauth.tokens.served", {
      description: "Access tokens given to callers, by where they came from",
    });
    this.#events = meter.createCounter("rak_oauth.token.events", {
      description: "What happened to tokens, by type of event",
    });
    const origin = (name: TokenOrigin) => ({ "rak_oauth.provider": provider, origin: name });
    this.#origins = {
      cache: origin("cache"),
      store: origin("store"),
      provider: origin("provider"),
    };
  }

  /** Counts tokens that callers were given. */
  served(origin: TokenOrigin, callers = 1): void {
    this.#served.add(callers, this.#origins[origin]);
  }

  /** Tells of an event; a listener that fails disturbs nobody but is warned of. */
  tell(event: TokenEvent): void {
    this.#events.add(1, { "rak_oauth.provider": this.#provider, type: event.type });
    try {
      // An async function passes for a listener, and what it rejects with would end the process.
      const told: unknown = this.#onEvent?.(event);
      if (told instanceof Promise) told.catch((error: unknown) => this.#warn(error));
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const name = error instanceof Error ? error.name : typeof error;
    process.emitWarning(`onEvent of the TokenManager for ${this.#provider} threw: ${name}.`, {
      code: "RAK_OAUTH_ON_EVENT",
    });
  }

  /** Runs `work` in a span; what it rejects with is recorded by its code alone. */
  span<Result>(name: string, work: (span: Span) => Promise<Result>): Promise<Result> {
    const attributes = { "rak_oauth.provider": this.#provider };
    // Thousands may wait in one that nobody records: it holds nothing of its own then.
    return this.#tracer.startActiveSpan(name, { attributes }, (span) =>
      span.isRecording() ? record(span, work) : work(span),
    );
  }
}

async function record<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await work(span);
  } catch (error) {
    const code = isOAuth2Error(error) ? error.code : "internal_error";
    span.setAttribute("error.type", code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    throw error;
  } finally {
    span.end();
  }
}
