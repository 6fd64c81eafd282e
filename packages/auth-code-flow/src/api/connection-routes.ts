import { createRoute, z } from "@hono/zod-openapi";
import { type Connection, credentialId } from "@rak-oauth/core";
import { disconnectConnection } from "../disconnect-connection.js";
import { type ApiApp, type ApiContext, chooseTenant } from "./api-context.js";
import { describeProblem, otherProblems } from "./describe-problem.js";
import { ProblemError } from "./problem.js";
import { tenantId, time, userId } from "./schema-parts.js";

const owner = z.strictObject({ userId, tenantId });

const connectionSchema = z
  .object({
    id: z.string(),
    provider: z.string().openapi({ example: "google" }),
    display_name: z.string().openapi({ example: "Google" }),
    account: z.string().optional().openapi({ description: "As it was given at the start." }),
    account_identity: z
      .object({
        subject: z.string(),
        email: z.string().optional(),
        email_verified: z.boolean().optional(),
        name: z.string().optional(),
      })
      .optional()
      .openapi({ description: "Who the user is at the provider, where it told." }),
    scopes: z.array(z.string()),
    status: z
      .enum(["active", "backoff", "reauthorization_required", "revoked", "unreadable"])
      .openapi({
        description:
          "`backoff`: active, but the provider is left alone for now. `reauthorization_required`: the user has to authorize again. `unreadable`: so too, for what is stored cannot be read any more; its scopes and its identity are not known.",
      }),
    connected_at: time,
    refreshed_at: time.openapi({
      description:
        "When its tokens were last renewed; when they were last used, nobody knows here.",
    }),
    expires_at: time
      .optional()
      .openapi({ description: "When the present access token expires; it is then renewed." }),
  })
  .openapi("Connection");

const revocation = z.enum(["revoked", "unsupported", "failed", "unreadable", "none"]).openapi({
  description:
    "`revoked` is certain; `unsupported`: the provider cannot revoke it; `failed`: it may live on; `unreadable`: so may it, for what was stored could not be read; `none`: there was none.",
});

const listRoute = createRoute({
  method: "get",
  path: "/connections",
  operationId: "listConnections",
  summary: "List a user's connections",
  description: "No token is among them: none ever leaves over this API.",
  request: { query: owner },
  responses: {
    200: {
      description: "The accounts that the user has connected.",
      content: {
        "application/json": { schema: z.object({ connections: z.array(connectionSchema) }) },
      },
    },
    400: describeProblem("A bad query."),
    403: describeProblem("The client is bound to another tenant."),
    default: otherProblems,
  },
});

const disconnectRoute = createRoute({
  method: "delete",
  path: "/connections/{id}",
  operationId: "disconnect",
  summary: "End a connection",
  description:
    "Stops all use at once, revokes the tokens at the provider and forgets them, also when the provider does not answer.",
  request: { params: z.object({ id: z.string() }), query: owner },
  responses: {
    200: {
      description: "It is gone here; what the provider did with each token.",
      content: {
        "application/json": {
          schema: z
            .object({
              disconnected: z.literal(true),
              access_token: revocation,
              refresh_token: revocation,
            })
            .openapi("Disconnection"),
        },
      },
    },
    400: describeProblem("A bad query."),
    403: describeProblem("The client is bound to another tenant."),
    404: describeProblem("This user has no such connection."),
    default: otherProblems,
  },
});

/** Adds the routes that list connections and end them. */
export function addConnectionRoutes(app: ApiApp, context: ApiContext): void {
  const { credentials, managers, onDisconnect } = context;

  app.openapi(listRoute, async (request) => {
    const query = request.req.valid("query");
    const connections = await credentials.listConnections({
      tenantId: chooseTenant(request.get("client"), query.tenantId),
      userId: query.userId,
    });
    const shown = connections.map((connection) => toShown(context, connection));
    return request.json({ connections: shown }, 200);
  });

  app.openapi(disconnectRoute, async (request) => {
    const client = request.get("client");
    const query = request.req.valid("query");
    const { id } = request.req.valid("param");
    const connections = await credentials.listConnections({
      tenantId: chooseTenant(client, query.tenantId),
      userId: query.userId,
    });
    const key = connections.find((connection) => credentialId(connection.key) === id)?.key;
    const result = key && (await disconnectConnection(key, { credentials, managers }));
    if (key === undefined || !result?.disconnected) {
      throw new ProblemError(404, "This user has no connection of this id.");
    }
    onDisconnect?.(key, result, client.name);
    const { accessToken, refreshToken } = result;
    return request.json(
      { disconnected: true as const, access_token: accessToken, refresh_token: refreshToken },
      200,
    );
  });
}

function toShown(
  { managers }: ApiContext,
  connection: Connection,
): z.infer<typeof connectionSchema> {
  const { key, account, scopes, status, connectedAt, refreshedAt, expiresAt } = connection;
  return {
    id: credentialId(key),
    provider: key.provider,
    display_name: managers.get(key.provider)?.config.displayName ?? key.provider,
    account: key.account,
    account_identity: account && {
      subject: account.subject,
      email: account.email,
      email_verified: account.emailVerified,
      name: account.name,
    },
    scopes: [...scopes],
    status,
    connected_at: connectedAt.toISOString(),
    refreshed_at: refreshedAt.toISOString(),
    expires_at: expiresAt?.toISOString(),
  };
}
