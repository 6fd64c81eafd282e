import {
  type Clock,
  ConfigurationError,
  type CredentialKey,
  type CredentialService,
  isSecureUrl,
  type PendingAuthorizationStore,
} from "@rak-oauth/core";
import type { DisconnectResult, TokenManager } from "@rak-oauth/token-manager";
import type { AuthorizationCodeFlow } from "../authorization-code-flow.js";
import { type AgentApiClient, readClients } from "./agent-api-client.js";
import type { UsedAssertions } from "./used-assertions.js";

/** Options of {@link createAgentApi}. */
export interface AgentApiOptions {
  /**
   * Public address that all routes are below, such as `https://agent.example.com/api/v1`. Its origin is
   * what client assertions name as their audience.
   */
  readonly apiUrl: string;
  readonly clients: readonly AgentApiClient[];
  readonly flow: Pick<AuthorizationCodeFlow, "start" | "waitForAuthorization">;
  readonly credentials: CredentialService;
  /** The flow's. */
  readonly pendingAuthorizations: PendingAuthorizationStore;
  /** One manager for each provider of the flow, by provider. */
  readonly managers: ReadonlyMap<string, TokenManager>;
  /** Where several processes serve one API: what they share. @defaultValue in this process alone */
  readonly usedAssertions?: UsedAssertions | undefined;
  /** Between two comments on an event stream, in milliseconds. @defaultValue 15000 */
  readonly heartbeatMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** Called when a client, by name, has started an authorization, for the log. */
  readonly onStart?: ((key: CredentialKey, client: string) => void) | undefined;
  /** Called when a client, by name, has ended a connection, for the log. */
  readonly onDisconnect?:
    | ((key: CredentialKey, result: DisconnectResult, client: string) => void)
    | undefined;
  /** Called when a request fails by no fault of its client, for the log. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** The JSON API for agents in other processes and languages. */
export interface AgentApi {
  /** Answers every address at and below `apiUrl`. */
  readonly handler: (request: Request) => Promise<Response>;
  /** Ends all waits, for a server that stops: clients are told that nothing has happened yet, and ask again. */
  close(): void;
}

/**
 * Makes the API by which agents start authorizations, wait for their ends, and see and end connections:
 * JSON, server-sent events, and an OpenAPI document that describes them. Clients prove who they are by an
 * API key (RFC 6750) or an assertion that they signed (RFC 7523); no token leaves over it. Needs `hono` and
 * `@hono/zod-openapi`.
 *
 * @throws ConfigurationError naming the option that cannot work.
 */
export async function createAgentApi(options: AgentApiOptions): Promise<AgentApi> {
  const { apiUrl } = options;
  if (!URL.canParse(apiUrl) || !isSecureUrl(apiUrl, true) || /[?#]|\/$/.test(apiUrl)) {
    throw new ConfigurationError(
      `createAgentApi: apiUrl is ${JSON.stringify(apiUrl)} and must be an https address without a query and without a slash at its end, such as "https://agent.example.com/api/v1"; plain http only on loopback addresses.`,
    );
  }
  const clients = readClients(options.clients);
  const { heartbeatMs = 15_000 } = options;
  if (!Number.isSafeInteger(heartbeatMs) || heartbeatMs <= 0) {
    throw new ConfigurationError(
      `createAgentApi: heartbeatMs is ${heartbeatMs} and must be a positive whole number of milliseconds, such as 15000; leave it out for that.`,
    );
  }
  // Loaded on demand: its schemas take memory and time that a server without clients need not pay for.
  const { openAgentApi } = await import("./agent-api-app.js");
  return openAgentApi({ ...options, heartbeatMs }, clients);
}
