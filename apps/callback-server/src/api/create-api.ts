import { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "@rak-oauth/core";
import { bodyLimit } from "hono/body-limit";
import { describeError } from "../create-callback-server.js";
import { toOrdinary } from "../ordinary-request.js";
import type { ApiClient } from "./api-client.js";
import { type ApiContext, type ApiEnvironment, apiPath } from "./api-context.js";
import { ClientAuthenticator } from "./authenticate-client.js";
import { addAuthorizationRoutes } from "./authorization-routes.js";
import { addConnectionRoutes } from "./connection-routes.js";
import { describeFaults } from "./describe-faults.js";
import { OpenWaits } from "./open-waits.js";
import { createOpenApiDocument } from "./openapi-document.js";
import { problemResponse } from "./problem.js";
import { toProblem } from "./to-problem.js";
import { rememberAssertions, type UsedAssertions } from "./used-assertions.js";

/** Options of {@link createApi}. */
export interface ApiOptions
  extends Omit<ApiContext, "waits" | "clock" | "heartbeatMs" | "logger">,
    Partial<Pick<ApiContext, "logger">> {
  readonly clients: readonly ApiClient[];
  /** Origin of this server: what client assertions name as their audience. */
  readonly publicUrl: string;
  /** @defaultValue in this process alone */
  readonly usedAssertions?: UsedAssertions | undefined;
  /** Between two comments on an event stream, in milliseconds. @defaultValue 15000 */
  readonly heartbeatMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: ApiContext["clock"] | undefined;
}

/** The JSON API for programs. */
export interface Api {
  /** Answers any address below `/api/v1`. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Ends all waits: clients are told that nothing has happened yet. */
  close(): void;
}

const maximumBodyBytes = 64 * 1024;

/** Starts and awaits authorizations and shows connections, for clients that prove who they are. */
export function createApi(options: ApiOptions): Api {
  const { clients, publicUrl, logger, heartbeatMs = 15_000, clock = systemClock } = options;
  const used = options.usedAssertions ?? rememberAssertions(undefined);
  const waits = new OpenWaits();
  const context: ApiContext = { ...options, waits, heartbeatMs, clock, logger };
  const authenticator = new ClientAuthenticator({ clients, audience: publicUrl, clock, used });
  const app = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) =>
      result.success ? undefined : problemResponse(400, describeFaults(result.error)),
  }).basePath(apiPath);

  app.onError((error) => {
    const response = toProblem(error);
    if (response.status >= 500) logger?.error({ error: describeError(error) }, "request failed");
    return response;
  });
  app.notFound(() =>
    problemResponse(404, `There is nothing here. ${apiPath}/openapi.json tells what is.`),
  );
  app.use(async (request, next) => {
    await next();
    request.header("cache-control", "no-store");
    request.header("x-content-type-options", "nosniff");
  });
  let openApiDocument: object | undefined;
  app.get("/openapi.json", (request) => {
    // Made when somebody asks: it takes more time than all else here.
    openApiDocument ??= createOpenApiDocument(app, publicUrl);
    return request.json(openApiDocument);
  });
  app.use(async (request, next) => {
    const authorization = request.req.header("authorization");
    const client = await authenticator.authenticate(authorization);
    if (client === undefined) return refuse(authorization !== undefined);
    request.set("client", client);
    return next();
  });
  app.use(
    bodyLimit({
      maxSize: maximumBodyBytes,
      onError: () => problemResponse(413, `The body is longer than ${maximumBodyBytes} bytes.`),
    }),
  );
  addAuthorizationRoutes(app, context);
  addConnectionRoutes(app, context);
  return { fetch: (request) => app.fetch(toOrdinary(request)), close: () => waits.close() };
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function refuse(hasTried: boolean): Response {
  const error = hasTried ? ', error="invalid_token"' : "";
  return problemResponse(
    401,
    "This needs Authorization: Bearer with an API key, or an assertion that its client signed.",
    { "www-authenticate": `Bearer realm="RAK OAuth"${error}` },
  );
}
