import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { afterAll, afterEach, beforeAll } from "vitest";

/** One request as it reached the API. */
interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

interface Api {
  /** Where it is, on loopback. */
  readonly origin: string;
  /** What reached it, oldest first. */
  readonly seen: SeenRequest[];
  /** What it answers from now on; by default 200 with `{}`. */
  answer(handler: (request: Request) => Response | Promise<Response>): void;
}

/** An API for one test file. */
export function useApi(): Api {
  const seen: SeenRequest[] = [];
  const usual = () => Response.json({});
  let handler: (request: Request) => Response | Promise<Response> = usual;
  let server: HttpServer | undefined;
  beforeAll(async () => {
    server = await startHttpServer(async (request) => {
      const { method, url, headers } = request;
      seen.push({ method, url: new URL(url), headers, body: await request.clone().text() });
      return handler(request);
    });
  });
  afterEach(() => {
    handler = usual;
    seen.length = 0;
  });
  afterAll(() => server?.stop());
  return {
    get origin() {
      return server?.url ?? "";
    },
    seen,
    answer(next) {
      handler = next;
    },
  };
}
