import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { Clock, CredentialService, PendingAuthorizationStore } from "@rak-oauth/core";
import type { TokenManager } from "@rak-oauth/token-manager";
import type { Schema } from "hono";
import type { Logger } from "pino";
import type { ApiClient } from "./api-client.js";
import type { OpenWaits } from "./open-waits.js";
import { ProblemError } from "./problem.js";

/** What the routes work with. */
export interface ApiContext {
  readonly flow: AuthorizationCodeFlow;
  readonly credentials: CredentialService;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  /** By provider. */
  readonly tokenManagers: ReadonlyMap<string, TokenManager>;
  readonly waits: OpenWaits;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly logger: Logger | undefined;
}

/** What the middleware knows of a request. */
export interface ApiEnvironment {
  Variables: { readonly client: ApiClient };
}

/** What every address of the API begins with. */
export const apiPath = "/api/v1";

/** The application that routes are added to. */
export type ApiApp = OpenAPIHono<ApiEnvironment, Schema, typeof apiPath>;

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
