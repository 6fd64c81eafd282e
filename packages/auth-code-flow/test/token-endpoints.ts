import { HttpResponse, http, type RequestHandler } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

export interface TokenEndpoints {
  /** Form fields of every token request so far, with the host it went to. */
  readonly requests: readonly (Readonly<Record<string, string>> & { readonly host: string })[];
  /** Makes the next answers of every endpoint be this. */
  answerWith(answer: () => Response | Promise<Response>): void;
  /** Serves other endpoints until the end of the test. */
  use(...handlers: readonly RequestHandler[]): void;
}

/** Token endpoints of any host that ends in `.example`; every other address is an error. */
export function serveTokenEndpoints(): TokenEndpoints {
  const requests: (Record<string, string> & { host: string })[] = [];
  const usual = () =>
    HttpResponse.json({
      access_token: "the-access-token",
      refresh_token: "the-refresh-token",
      token_type: "Bearer",
      expires_in: 3600,
      scope: "calendar.read",
    });
  let answer: () => Response | Promise<Response> = usual;
  const server = setupServer(
    http.post(/^https:\/\/[a-z.]+\.example\/token$/, async ({ request }) => {
      const form = new URLSearchParams(await request.text());
      requests.push({ ...Object.fromEntries(form), host: new URL(request.url).host });
      return answer();
    }),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    requests.length = 0;
    answer = usual;
    server.resetHandlers();
  });
  afterAll(() => server.close());
  return {
    requests,
    answerWith(next) {
      answer = next;
    },
    use(...handlers) {
      server.use(...handlers);
    },
  };
}
