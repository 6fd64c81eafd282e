import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  type CredentialStore,
  type PendingAuthorizationStore,
  parseKeyring,
  type SuspendedCallStore,
} from "@rak-oauth/core";
import { openPostgresStores } from "@rak-oauth/credential-store-prisma";
import {
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
  RedisSuspendedCallStore,
} from "@rak-oauth/credential-store-redis";
import { discover } from "@rak-oauth/oidc-discovery";
import { type AgentAuth, createAgentAuth, oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";
import { Redis } from "ioredis";

/** What all processes of one agent are told. */
export interface StackSettings {
  /** Address of a Redis or of a PostgreSQL with the tables. */
  readonly storeUrl: string;
  readonly keys: string;
  readonly issuer: string;
  readonly clientSecret: string;
  /** Origin of the server that people's browsers meet. */
  readonly callbackUrl: string;
  readonly apiUrl: string;
}

/** Everything of an agent in one process. */
export interface Stack {
  readonly auth: AgentAuth;
  readonly flow: AuthorizationCodeFlow;
  close(): Promise<void>;
}

/** Opens an agent on stores that others have open too. */
export async function openStack(settings: StackSettings): Promise<Stack> {
  const { issuer, clientSecret, callbackUrl, apiUrl } = settings;
  const stores = openStores(settings.storeUrl);
  const config = await discover(issuer, {
    provider: "calendar",
    clientId: "agent",
    clientSecret,
    redirectUri: `${callbackUrl}/oauth2/callback`,
    scopes: ["openid", "offline_access", "calendar.read"],
    apiOrigins: [apiUrl],
    allowInsecureLoopback: true,
  });
  const keys = parseKeyring(settings.keys);
  const credentials = new CredentialService({ store: stores.credentials, keys });
  const tokens = new TokenManager({ config, credentials });
  const flow = new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: stores.pendingAuthorizations,
    connectUrl: `${callbackUrl}/oauth2/connect`,
    dangerouslyAllowAnyUser: true,
  });
  const createEvent = new RestApiTool({
    name: "create_event",
    description: "Creates an event in the user's calendar.",
    method: "POST",
    url: `${apiUrl}/events`,
    parameters: {
      type: "object",
      properties: { title: { type: "string" } },
      required: ["title"],
    },
    auth: oauth2({ tokens, authorization: flow }),
  });
  const resumption = { store: stores.suspendedCalls, credentials, authorization: flow };
  return {
    auth: createAgentAuth({ tools: [createEvent], resumption }),
    flow,
    async close() {
      await tokens.close();
      await stores.close();
    },
  };
}

interface Stores {
  readonly credentials: CredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  readonly suspendedCalls: SuspendedCallStore;
  close(): Promise<void>;
}

function openStores(url: string): Stores {
  if (!url.startsWith("redis:")) return openPostgresStores({ connectionString: url });
  const client = new Redis(url);
  return {
    credentials: new RedisCredentialStore({ client }),
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
    suspendedCalls: new RedisSuspendedCallStore({ client }),
    close: async () => client.disconnect(),
  };
}
