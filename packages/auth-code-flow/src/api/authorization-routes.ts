import { createRoute, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import type { AuthorizationOutcome } from "../wait-for-settlement.js";
import { type ApiApp, type ApiContext, chooseTenant } from "./api-context.js";
import {
  authorizationSchema,
  findAuthorization,
  toAuthorization,
} from "./authorization-resource.js";
import { describeProblem, otherProblems } from "./describe-problem.js";
import { ProblemError } from "./problem.js";
import { account, provider, returnTo, tenantId, time, userId } from "./schema-parts.js";
import { streamAuthorization } from "./stream-authorization.js";

const longestWaitSeconds = 60;

const scope = z
  .string("must be a text")
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/, "must be one scope without spaces or quotes");

const startRoute = createRoute({
  method: "post",
  path: "/authorizations",
  operationId: "startAuthorization",
  summary: "Start an authorization",
  description:
    "Gives the link that the user, and nobody else, has to open. Equal wishes of one user share one authorization while it is open.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({
              provider,
              userId,
              tenantId,
              account,
              scopes: z
                .array(scope, "must be a list of scopes")
                .max(100, "has more than 100 scopes")
                .optional()
                .openapi({
                  description: "Scopes to ask for beside those of the provider's configuration.",
                }),
              returnTo: returnTo.openapi({
                description: "Where the browser goes in the end; its origin must be allowed.",
              }),
            })
            .openapi("StartAuthorization"),
        },
      },
    },
  },
  responses: {
    201: {
      description:
        "Give `url` to the user and wait for `id`. Both open the link: keep them secret.",
      content: {
        "application/json": {
          schema: z
            .object({
              id: z.string(),
              url: z.url(),
              provider: z.string(),
              scopes: z.array(z.string()),
              expires_at: time,
            })
            .openapi("StartedAuthorization"),
        },
      },
    },
    400: describeProblem("An unknown provider, an address that is not allowed, or a bad body."),
    403: describeProblem("The client is bound to another tenant."),
    default: otherProblems,
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/authorizations/{id}",
  operationId: "readAuthorization",
  summary: "See or await an authorization",
  description:
    "Answers at once, or with `wait` when the authorization ends or that time is over. With `Accept: text/event-stream` it tells by server-sent events: `status` at once, then `end`.",
  request: {
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      wait: z.coerce
        .number(`must be a number of seconds from 0 to ${longestWaitSeconds}`)
        .min(0, "is negative")
        .max(longestWaitSeconds, `is more than ${longestWaitSeconds} seconds`)
        .default(0)
        .openapi({ type: "number", description: "Longest wait, in seconds." }),
    }),
  },
  responses: {
    200: {
      description: "How it stands.",
      content: {
        "application/json": { schema: authorizationSchema },
        "text/event-stream": { schema: z.string() },
      },
    },
    400: describeProblem("A bad query."),
    404: describeProblem("There is none of this id."),
    default: otherProblems,
  },
});

/** Adds the routes that start authorizations and wait for them. */
export function addAuthorizationRoutes(app: ApiApp, context: ApiContext): void {
  const { flow, managers, waits, onStart } = context;

  app.openapi(startRoute, async (request) => {
    const client = request.get("client");
    const wish = request.req.valid("json");
    if (!managers.has(wish.provider)) {
      const known = [...managers.keys()].join(", ");
      throw new ProblemError(
        400,
        `There is no provider ${JSON.stringify(wish.provider)}. There is: ${known}.`,
      );
    }
    const owner = { tenantId: chooseTenant(client, wish.tenantId), userId: wish.userId };
    const started = await flow.start({ ...wish, ...owner });
    const { id, url, scopes, expiresAt } = started;
    onStart?.({ ...owner, provider: wish.provider, account: wish.account }, client.name);
    return request.json(
      {
        id,
        url,
        provider: started.provider,
        scopes: [...scopes],
        expires_at: expiresAt.toISOString(),
      },
      201,
    );
  });

  app.openapi(readRoute, async (request) => {
    const { id } = request.req.valid("param");
    const record = await findAuthorization(context, request.get("client"), id);
    const type = accepts(request, {
      header: "Accept",
      supports: ["application/json", "text/event-stream"],
      default: "application/json",
    });
    // Hono answers HEAD by this too, and drops the body: nothing would end a stream's wait.
    if (type === "text/event-stream" && request.req.method === "GET") {
      return streamAuthorization(context, request, record);
    }
    const timeoutMs = request.req.valid("query").wait * 1000;
    const outcome = await awaitOutcome(id, timeoutMs, request.req.raw.signal);
    return request.json(toAuthorization(record, outcome), 200);
  });

  async function awaitOutcome(
    id: string,
    timeoutMs: number,
    request: AbortSignal,
  ): Promise<AuthorizationOutcome> {
    const wait = waits.begin(request);
    try {
      return await flow.waitForAuthorization(id, { timeoutMs, signal: wait.signal });
    } catch (error) {
      if (!wait.signal.aborted) throw error;
      // Nobody listens any more, or the server stops and the client asks the next one.
      return { status: "pending" };
    } finally {
      wait.end();
    }
  }
}
