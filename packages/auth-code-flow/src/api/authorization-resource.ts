import { z } from "@hono/zod-openapi";
import { credentialId, type PendingAuthorizationRecord } from "@rak-oauth/core";
import type { AuthorizationOutcome } from "../wait-for-settlement.js";
import type { ApiClient } from "./agent-api-client.js";
import type { ApiContext } from "./api-context.js";
import { ProblemError } from "./problem.js";
import { time } from "./schema-parts.js";

/** How an authorization stands, as clients see it. */
export interface Authorization {
  readonly id: string;
  readonly provider: string;
  readonly status: AuthorizationOutcome["status"];
  readonly failure?: string | undefined;
  readonly connection_id?: string | undefined;
  readonly expires_at: string;
}

/** The same for checks and the OpenAPI document. */
export const authorizationSchema: z.ZodType<Authorization> = z
  .object({
    id: z.string(),
    provider: z.string().openapi({ example: "google" }),
    status: z.enum(["pending", "completed", "denied", "expired", "failed"]),
    failure: z.string().optional().openapi({
      description: "Why it did not come about, as one word.",
      example: "access_denied",
    }),
    connection_id: z
      .string()
      .optional()
      .openapi({ description: "Once completed: the id of the connection it led to." }),
    expires_at: time,
  })
  .openapi("Authorization");

/** A record as it was read, with its end on this machine's clock. */
export interface FoundAuthorization extends PendingAuthorizationRecord {
  readonly endsAt: Date;
}

const handlePattern = /^[\w-]{43}$/;

/**
 * The authorization of a handle.
 *
 * @throws ProblemError 404 when there is none, or it belongs to a tenant out of the client's reach
 */
export async function findAuthorization(
  { pendingAuthorizations, clock }: ApiContext,
  { tenantId }: ApiClient,
  id: string,
): Promise<FoundAuthorization> {
  const record = handlePattern.test(id) ? await pendingAuthorizations.read(id) : undefined;
  const isReached = tenantId === undefined || record?.key.tenantId === tenantId;
  if (record !== undefined && isReached) {
    // Right after the reading, for the store's moment is what the end is relative to.
    return { ...record, endsAt: new Date(clock.now() + record.expiresAt - record.storeTime) };
  }
  throw new ProblemError(
    404,
    "There is no authorization of this id: it was never started here, or its outcome is already forgotten.",
  );
}

/** Shows a record, with what was learned of its outcome since it was read. */
export function toAuthorization(
  { id, key, endsAt }: FoundAuthorization,
  outcome: AuthorizationOutcome,
): Authorization {
  return {
    id,
    provider: key.provider,
    status: outcome.status,
    failure: "failure" in outcome ? outcome.failure : undefined,
    connection_id: outcome.status === "completed" ? credentialId(key) : undefined,
    expires_at: endsAt.toISOString(),
  };
}
