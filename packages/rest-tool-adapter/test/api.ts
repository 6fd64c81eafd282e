import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

export const origin = "https://api.example.com";

/** One request as it reached the API. */
interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

interface Api {
  /** What reached it, oldest first. */
  readonly seen: SeenRequest[];
  /** What it answers from now on; by default 200 with `{}`. */
  answer(handler: (request: Request) => Response | Promise<Response>): void;
}

/** An API at {@link origin} for one test file; any request to elsewhere is an error. */
export function useApi(): Api {
  const seen: SeenRequest[] = [];
  const usual = () => Response.json({});
  let handler: (request: Request) => Response | Promise<Response> = usual;
  const server = setupServer(
    http.all(`${origin}/*`, async ({ request }) => {
      const body = await request.clone().text();
      seen.push({
        method: request.method,
        url: new URL(request.url),
        headers: request.headers,
        body,
      });
      const response = await handler(request);
      return new HttpResponse(response.body, response);
    }),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    handler = usual;
    seen.length = 0;
  });
  afterAll(() => server.close());
  return {
    seen,
    answer(next) {
      handler = next;
    },
  };
}
