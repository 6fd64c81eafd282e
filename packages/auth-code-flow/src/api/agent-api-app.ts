import { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "@rak-oauth/core";
import { bodyLimit } from "hono/body-limit";
import { reportFailure } from "../report-failure.js";
import type { ApiClient } from "./agent-api-client.js";
import type { ApiContext, ApiEnvironment } from "./api-context.js";
import { ClientAuthenticator } from "./authenticate-client.js";
import { addAuthorizationRoutes } from "./authorization-routes.js";
import { addConnectionRoutes } from "./connection-routes.js";
import type { AgentApi, AgentApiOptions } from "./create-agent-api.js";
import { describeFaults } from "./describe-faults.js";
import { OpenWaits } from "./open-waits.js";
import { createOpenApiDocument } from "./openapi-document.js";
import { problemResponse } from "./problem.js";
import { toProblem } from "./to-problem.js";
import { AssertionMemory } from "./used-assertions.js";

const maximumBodyBytes = 64 * 1024;

/** Starts and awaits authorizations and shows connections, for clients that prove who they are. */
export function openAgentApi(
  options: AgentApiOptions & Pick<ApiContext, "heartbeatMs">,
  clients: readonly ApiClient[],
): AgentApi {
  const { clock = systemClock } = options;
  const { origin, pathname } = new URL(options.apiUrl);
  const used = options.usedAssertions ?? new AssertionMemory();
  const waits = new OpenWaits();
  const context: ApiContext = {
    ...options,
    waits,
    clock,
    reportFailure: (error) => reportFailure(options.onFailure, error, "createAgentApi"),
  };
  const authenticator = new ClientAuthenticator({ clients, audience: origin, clock, used });
  const app = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) =>
      result.success ? undefined : problemResponse(400, describeFaults(result.error)),
  }).basePath(pathname);

  app.onError((error) => {
    const response = toProblem(error);
    if (response.status >= 500) context.reportFailure(error);
    return response;
  });
  app.notFound(() =>
    problemResponse(404, `There is nothing here. ${options.apiUrl}/openapi.json tells what is.`),
  );
  app.use(async (request, next) => {
    await next();
    request.header("cache-control", "no-store");
    request.header("x-content-type-options", "nosniff");
  });
  let openApiDocument: object | undefined;
  app.get("/openapi.json", (request) => {
    // Made when somebody asks: it takes more time than all else here.
    openApiDocument ??= createOpenApiDocument(app, origin);
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
  return {
    handler: async (request) => app.fetch(toOrdinary(request)),
    close: () => waits.close(),
  };
}

/**
 * A request with all that Node.js expects of its own. What limits bodies makes a new request of each
 * whose length is not told, and Node.js takes none of an adapter's light ones for that.
 */
function toOrdinary(request: Request): Request {
  const { url, method, headers } = request;
  const tellsLength = headers.has("content-length") && !headers.has("transfer-encoding");
  if (method === "GET" || method === "HEAD" || tellsLength) return request;
  const { body, signal } = request;
  return new Request(url, { method, headers, body, signal, duplex: "half" });
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
