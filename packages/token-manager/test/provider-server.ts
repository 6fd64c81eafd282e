import { type Clock, isOAuth2Error, type OAuth2ConfigInput } from "@rak-oauth/core";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Scheduler, TokenEndpoint } from "../src/index.js";
import { exampleConfig, ManualClock } from "./fixtures.js";

export const addresses = {
  tokenUrl: "https://as.example/token",
  deviceAuthorizationUrl: "https://as.example/device",
  revocationUrl: "https://as.example/revoke",
  introspectionUrl: "https://as.example/introspect",
} as const;

/** One request as it reached an endpoint. */
export interface SeenRequest {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers: Headers;
}

type Answer = (request: SeenRequest) => Response | Promise<Response>;

/** A clock, and waiting that takes no time but moves it. */
export class InstantTime extends ManualClock implements Scheduler {
  /** What was waited, in milliseconds. */
  readonly waitsMs: number[] = [];

  async wait(delayMs: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    this.waitsMs.push(delayMs);
    this.advance(delayMs);
  }
}

/** The endpoints of one provider for one test file; a request to elsewhere is an error. */
export interface ProviderServer {
  /** What reached it, oldest first. */
  readonly seen: SeenRequest[];
  /** What its next requests are answered with; the last one goes for all that follow. */
  answer(...answers: readonly Answer[]): void;
  /** Our side of it. */
  endpoint(overrides?: Partial<OAuth2ConfigInput>, time?: Clock & Scheduler): TokenEndpoint;
}

export function useProviderServer(): ProviderServer {
  const seen: SeenRequest[] = [];
  let answers: Answer[] = [];
  const usual: Answer = () => granted();
  const server = setupServer(
    ...Object.values(addresses).map((address) =>
      http.post(address, async ({ request }) => {
        const form = new URLSearchParams(await request.text());
        const received = { url: request.url, form, headers: request.headers };
        seen.push(received);
        const next = answers.length > 1 ? answers.shift() : answers[0];
        return (next ?? usual)(received);
      }),
    ),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    answers = [];
    seen.length = 0;
  });
  afterAll(() => server.close());
  return {
    seen,
    answer(...next) {
      answers = [...next];
    },
    endpoint(overrides = {}, time = new InstantTime()) {
      const config = exampleConfig({ ...addresses, ...overrides });
      return new TokenEndpoint({ config, clock: time, scheduler: time });
    },
  };
}

/** A token endpoint's good answer. */
export function granted(body: object = {}, headers: Record<string, string> = {}): Response {
  return HttpResponse.json(
    { access_token: "a2", token_type: "Bearer", expires_in: 3600, ...body },
    { headers },
  );
}

/** An OAuth error. */
export function refused(error: string, init: ResponseInit = {}): Response {
  return HttpResponse.json({ error }, { status: 400, ...init });
}

export function formOf(request: SeenRequest | undefined): Record<string, string> {
  return Object.fromEntries(request?.form ?? []);
}

/** What went wrong, as one of our own errors. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => expect.unreachable("it should have been refused"),
    (reason: unknown) => reason,
  );
  expect(isOAuth2Error(error)).toBe(true);
  return error as Error;
}
