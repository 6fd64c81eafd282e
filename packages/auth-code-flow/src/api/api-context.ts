import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Clock } from "@rak-oauth/core";
import type { Schema } from "hono";
import type { ApiClient } from "./agent-api-client.js";
import type { AgentApiOptions } from "./create-agent-api.js";
import type { OpenWaits } from "./open-waits.js";
import { ProblemError } from "./problem.js";

/** What the routes work with. */
export interface ApiContext
  extends Pick<
    AgentApiOptions,
    "flow" | "credentials" | "pendingAuthorizations" | "managers" | "onStart" | "onDisconnect"
  > {
  readonly waits: OpenWaits;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly reportFailure: (error: unknown) => void;
}

/** What the middleware knows of a request. */
export interface ApiEnvironment {
  Variables: { readonly client: ApiClient };
}

/** The application that routes are added to. */
export type ApiApp = OpenAPIHono<ApiEnvironment, Schema, string>;

/**
 * The tenant a request is about: the one it names, or the one its client is bound to.
 *
 * @throws ProblemError 403 when these differ
 */
export function chooseTenant(
  { tenantId: bound }: ApiClient,
  wanted: string | undefined,
): string | undefined {
  if (bound === undefined || wanted === undefined || wanted === bound) return bound ?? wanted;
  throw new ProblemError(403, "This client is bound to another tenant. Leave tenantId out.");
}
