import { randomBytes } from "node:crypto";
import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
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
import { onTestFinished } from "vitest";
import type { ApiClient } from "../../src/api/api-client.js";
import { hashApiKey } from "../../src/api/api-key.js";
import { type Api, createApi } from "../../src/api/create-api.js";
import type { UsedAssertions } from "../../src/api/used-assertions.js";
import { createLogger } from "../../src/create-logger.js";
import { startTokenManagers } from "../../src/token-managers.js";

/** What {@link openApiWorld} may be given. */
export interface ApiWorldOptions {
  readonly clients?: readonly ApiClient[] | undefined;
  readonly config?: Partial<OAuth2ConfigInput> | undefined;
  readonly usedAssertions?: UsedAssertions | undefined;
}

export const publicUrl = "http://127.0.0.1:3000";

/** An API, and what is behind it. */
export interface ApiWorld {
  readonly api: Api;
  readonly credentials: CredentialService;
  readonly credentialStore: MemoryCredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  readonly time: ManualTime;
  /** The key of the client that may do everything. */
  readonly key: string;
  /** All that was logged. */
  logged(): string;
  /** Asks the API; a body is sent as JSON. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
}

/** An API in this process, on stores in memory, with a client that may do everything. */
export function openApiWorld(options: ApiWorldOptions = {}): ApiWorld {
  const clock = new ManualTime();
  const key = `rak_oauth_${randomBytes(32).toString("base64url")}`;
  const logged: string[] = [];
  const logger = createLogger("debug", { write: (line: string) => void logged.push(line) });
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
  const tokenManagers = startTokenManagers({ configs, credentials, logger });
  onTestFinished(() => tokenManagers.close());
  const api = createApi({
    clients: [
      { name: "everything", keyHashes: [hashApiKey(key)], publicKeys: [] },
      ...(options.clients ?? []),
    ],
    publicUrl,
    flow,
    credentials,
    pendingAuthorizations,
    tokenManagers: tokenManagers.byProvider,
    usedAssertions: options.usedAssertions,
    logger,
    clock,
    heartbeatMs: 15_000,
  });
  onTestFinished(() => api.close());
  return {
    api,
    credentials,
    credentialStore,
    key,
    logged: () => logged.join(""),
    pendingAuthorizations,
    time: clock,
    async ask(method, path, { bearer = key, body, ...init } = {}) {
      const request = new Request(`${publicUrl}/api/v1${path}`, {
        method,
        ...init,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: {
          ...(bearer !== "" && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...init.headers,
        },
      });
      return api.fetch(request);
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
