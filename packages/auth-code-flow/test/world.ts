import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
  type OAuth2ConfigInput,
  parseKeyring,
} from "@rak-oauth/core";
import { ManualTime } from "@rak-oauth/test-kit/manual-time";
import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  type FlowFailure,
} from "../src/index.js";

export const origin = "https://agent.example";
export const connectUrl: string = `${origin}/oauth2/connect`;

/** What alice wants, in the tests that do not care. */
export const wish = { provider: "example", userId: "alice" } as const;

/** A registration at a server that names itself on every answer. */
export function exampleConfig(overrides: Partial<OAuth2ConfigInput> = {}): OAuth2Config {
  return defineOAuth2Config({
    provider: "example",
    displayName: "Example Calendar",
    clientId: "agent",
    clientSecret: "agent-secret",
    issuer: "https://as.example",
    authUrl: "https://as.example/authorize",
    tokenUrl: "https://as.example/token",
    redirectUri: `${origin}/oauth2/callback`,
    scopes: ["calendar.read"],
    issParameterSupported: true,
    ...overrides,
  });
}

export interface World {
  readonly time: ManualTime;
  readonly credentials: CredentialService;
  readonly credentialStore: MemoryCredentialStore;
  readonly store: MemoryPendingAuthorizationStore;
  readonly failures: FlowFailure[];
  createFlow(overrides?: Partial<AuthorizationCodeFlowOptions>): AuthorizationCodeFlow;
}

/** Stores, keys and time that several flows, as of several processes, may share. */
export function createWorld(): World {
  const time = new ManualTime();
  const keys = parseKeyring(`test:${generateKey()}`);
  const credentialStore = new MemoryCredentialStore({ clock: time });
  const credentials = new CredentialService({ store: credentialStore, keys, clock: time });
  const store = new MemoryPendingAuthorizationStore({ clock: time });
  const failures: FlowFailure[] = [];
  return {
    time,
    credentials,
    credentialStore,
    store,
    failures,
    createFlow: (overrides) =>
      new AuthorizationCodeFlow({
        configs: [exampleConfig()],
        credentials,
        pendingAuthorizations: store,
        connectUrl,
        ...(overrides?.verifyUser === undefined && { dangerouslyAllowAnyUser: true }),
        clock: time,
        scheduler: time,
        onFailure: (failure) => failures.push(failure),
        ...overrides,
      }),
  };
}
