import { randomBytes } from "node:crypto";
import {
  type CredentialKey,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2ConfigInput,
  type PendingAuthorizationStore,
  parseKeyring,
} from "@rak-oauth/core";
import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import { type DisconnectResult, TokenManager } from "@rak-oauth/token-manager";
import { onTestFinished } from "vitest";
import {
  type AgentApi,
  type AgentApiClient,
  createAgentApi,
  hashApiKey,
  type UsedAssertions,
} from "../../src/api/index.js";
import { AuthorizationCodeFlow } from "../../src/index.js";

/** What {@link openApiWorld} may be given. */
export interface ApiWorldOptions {
  readonly clients?: readonly AgentApiClient[] | undefined;
  /** @defaultValue `/api/v1` of the origin */
  readonly apiUrl?: string | undefined;
  readonly config?: Partial<OAuth2ConfigInput> | undefined;
  readonly usedAssertions?: UsedAssertions | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

export const publicUrl = "http://127.0.0.1:3000";

/** An API, and what is behind it. */
export interface ApiWorld {
  readonly api: AgentApi;
  readonly credentials: CredentialService;
  readonly credentialStore: MemoryCredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  readonly time: ManualTime;
  /** The key of the client that may do everything. */
  readonly key: string;
  /** What the log was told: who started and ended what, and what failed. */
  readonly log: {
    readonly started: (readonly [CredentialKey, string])[];
    readonly disconnected: (readonly [CredentialKey, DisconnectResult, string])[];
    readonly failures: unknown[];
  };
  /** Asks the API; a body is sent as JSON. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
}

/** An API in this process, on stores in memory, with a client that may do everything. */
export async function openApiWorld(options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const clock = new ManualTime();
  const key = `rak_oauth_${randomBytes(32).toString("base64url")}`;
  const { apiUrl = `${publicUrl}/api/v1` } = options;
  const log: ApiWorld["log"] = { started: [], disconnected: [], failures: [] };
  const pendingAuthorizations = new MemoryPendingAuthorizationStore({ clock });
  const credentialStore = new MemoryCredentialStore({ clock });
  const credentials = new CredentialService({
    store: credentialStore,
    keys: parseKeyring(`test:${generateKey()}`),
    clock,
  });
  const configs = [
    defineOAuth2Config({
      provider: "calendar",
      displayName: "Calendar",
      clientId: "client",
      clientSecret: "canary-client-secret",
      authUrl: "https://as.example/authorize",
      tokenUrl: "https://as.example/token",
      redirectUri: `${publicUrl}/oauth2/callback/calendar`,
      scopes: ["calendar.read"],
      ...options.config,
    }),
  ];
  const flow = new AuthorizationCodeFlow({
    configs,
    credentials,
    pendingAuthorizations,
    connectUrl: `${publicUrl}/oauth2/connect`,
    dangerouslyAllowAnyUser: true,
    returnToOrigins: ["https://app.example"],
    clock,
    scheduler: clock,
  });
  const managers = new Map(
    configs.map((config) => [config.provider, new TokenManager({ config, credentials })]),
  );
  const api = await createAgentApi({
    apiUrl,
    clients: [{ name: "everything", keys: [hashApiKey(key)] }, ...(options.clients ?? [])],
    flow,
    credentials,
    pendingAuthorizations,
    managers,
    usedAssertions: options.usedAssertions,
    heartbeatMs: options.heartbeatMs,
    clock,
    onStart: (...told) => log.started.push(told),
    onDisconnect: (...told) => log.disconnected.push(told),
    onFailure: options.onFailure ?? ((error) => log.failures.push(error)),
  });
  onTestFinished(() => api.close());
  return {
    api,
    credentials,
    credentialStore,
    key,
    log,
    pendingAuthorizations,
    time: clock,
    async ask(method, path, { bearer = key, body, ...init } = {}) {
      const request = new Request(`${apiUrl}${path}`, {
        method,
        ...init,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: {
          ...(bearer !== "" && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...init.headers,
        },
      });
      return api.handler(request);
    },
  };
}

/** What is sent beside method and path. */
interface AskOptions extends Omit<RequestInit, "body" | "headers"> {
  /** @defaultValue the key of the client that may do everything; empty for none */
  readonly bearer?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
