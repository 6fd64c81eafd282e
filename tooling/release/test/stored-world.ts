import { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  CredentialService,
  type CredentialStore,
  defineOAuth2Config,
  type OAuth2Credentials,
  type PendingAuthorizationStore,
  parseKeyring,
  Secret,
  type SuspendedCallStore,
} from "@rak-oauth/core";
import { CallResumption, withAuthorization } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";

/** What is stored once is to be read for years. */
const ttlMs = 100 * 365 * 86_400_000;
/** Good for nothing but these fixtures. */
const keys = `formats:${Buffer.alloc(32, 7).toString("base64")}`;

/** Stores of one database. */
export interface Stores {
  readonly credentials: CredentialStore;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  readonly suspendedCalls: SuspendedCallStore;
}

/** What a browser and an agent keep of a started flow, while the rest is stored. */
export interface StartedFlow {
  readonly authRequestId: string;
  readonly state: string;
  readonly cookie: string;
}

/** An agent and its flow on the given stores, and a provider that answers in this process. */
export interface StoredWorld {
  readonly credentials: CredentialService;
  readonly tokens: TokenManager;
  readonly flow: AuthorizationCodeFlow;
  readonly resumption: CallResumption;
  /** Bodies of the token requests, oldest first; the n-th is answered with `access-n`. */
  readonly tokenRequests: readonly URLSearchParams[];
}

/** Whose credential is stored, with an access token that has expired. */
export const alice = { tenantId: "acme", userId: "alice" };

/** Who is asked to connect, by a call that waits for it. */
export const bob = { tenantId: "acme", userId: "bob" };

/** What is stored for alice. */
export const credentialsOfAlice: OAuth2Credentials = {
  accessToken: new AccessToken("access-0", {
    expiresAt: new Date("2026-01-01T00:00:00Z"),
    scopes: ["calendar.read"],
  }),
  refreshToken: new Secret("refresh-0"),
  lifetimeSeconds: 3600,
  account: { subject: "alice-at-example", email: "alice@example.com", emailVerified: true },
};

export function createStoredWorld(stores: Stores): StoredWorld {
  const tokenRequests: URLSearchParams[] = [];
  const answer: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    tokenRequests.push(new URLSearchParams(await request.text()));
    return Response.json({
      access_token: `access-${tokenRequests.length}`,
      refresh_token: `refresh-${tokenRequests.length}`,
      token_type: "Bearer",
      expires_in: 3600,
    });
  };
  const config = defineOAuth2Config({
    provider: "example",
    clientId: "agent",
    clientSecret: "secret of the agent",
    authUrl: "https://login.example.com/authorize",
    tokenUrl: "https://login.example.com/token",
    redirectUri: "https://agent.example.com/oauth2/callback",
    scopes: ["calendar.read"],
  });
  const credentials = new CredentialService({
    store: stores.credentials,
    keys: parseKeyring(keys),
  });
  const tokens = new TokenManager({ config, credentials, fetch: answer });
  const flow = new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: stores.pendingAuthorizations,
    connectUrl: "https://agent.example.com/oauth2/connect",
    dangerouslyAllowAnyUser: true,
    ttlMs,
    fetch: answer,
  });
  const tool = withAuthorization({ tokens, authorization: flow })({
    name: "create_event",
    description: "Creates an event.",
    parameters: { type: "object", properties: { title: { type: "string" } } },
    execute: async ({ title }, { userId }) => ({ title, userId }),
  });
  const resumption = new CallResumption({
    store: stores.suspendedCalls,
    credentials,
    authorization: flow,
    tools: [tool],
    ttlMs,
  });
  return { credentials, tokens, flow, resumption, tokenRequests };
}

/** Stores one of everything. */
export async function storeOfEverything(stores: Stores): Promise<StartedFlow> {
  const { credentials, flow, resumption, tokens } = createStoredWorld(stores);
  await credentials.storeCredentials({ ...alice, provider: "example" }, credentialsOfAlice);
  const context = { ...bob, callId: "call-1" };
  const result = await resumption.tools[0]?.execute({ title: "Lunch" }, context);
  if (!result?.pending) throw new Error("bob is not connected, and was not asked.");
  const response = await flow.connect(new Request(result.auth_url));
  await tokens.close();
  return {
    authRequestId: result.auth_request_id,
    state: new URL(response.headers.get("location") ?? "").searchParams.get("state") ?? "",
    cookie: response.headers.get("set-cookie")?.split(";", 1)[0] ?? "",
  };
}
