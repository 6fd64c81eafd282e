import { AuthorizationCodeFlow, refuseAllBrowsers } from "@rak-oauth/auth-code-flow";
import {
  AccessToken,
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
  type OAuth2ConfigInput,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { oauth2, RestApiTool, type RestApiToolOptions } from "../src/index.js";

type Handler = (request: Request) => Response | Promise<Response>;

/** A provider with token endpoint and API on one loopback server, and our parts in front of it. */
export interface World {
  readonly server: HttpServer;
  readonly config: OAuth2Config;
  readonly credentials: CredentialService;
  readonly tokens: TokenManager;
  readonly flow: AuthorizationCodeFlow;
  readonly pendingAuthorizations: MemoryPendingAuthorizationStore;
  /** What reached the API, oldest first; the token endpoint does not count. */
  readonly calls: Request[];
  /** Bodies of the token requests, oldest first. */
  readonly tokenRequests: URLSearchParams[];
  /** How the API and the token endpoint answer. */
  api: Handler;
  tokenEndpoint: Handler;
  connect(user: { userId: string; tenantId?: string }, token: string): Promise<void>;
  createTool(options?: Partial<RestApiToolOptions>): RestApiTool;
  stop(): Promise<void>;
}

export async function createWorld(overrides: Partial<OAuth2ConfigInput> = {}): Promise<World> {
  const calls: Request[] = [];
  const tokenRequests: URLSearchParams[] = [];
  const server = await startHttpServer(async (request) => {
    if (new URL(request.url).pathname === "/token") {
      tokenRequests.push(new URLSearchParams(await request.clone().text()));
      return world.tokenEndpoint(request);
    }
    calls.push(request);
    return world.api(request);
  });
  const config = defineOAuth2Config({
    provider: "example",
    displayName: "Example Calendar",
    clientId: "agent",
    clientSecret: "canary-client-secret",
    authUrl: `${server.url}/authorize`,
    tokenUrl: `${server.url}/token`,
    redirectUri: "http://127.0.0.1:1/oauth2/callback",
    scopes: ["calendar.read"],
    apiOrigins: [server.url],
    allowInsecureLoopback: true,
    ...overrides,
  });
  const keys = parseKeyring(`test:${generateKey()}`);
  const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });
  const tokens = new TokenManager({ config, credentials });
  // Stands still: whoever joins an authorization reads the same end to the millisecond.
  const startedAt = Date.now();
  const clock = { now: () => startedAt };
  const pendingAuthorizations = new MemoryPendingAuthorizationStore({ clock });
  const flow = new AuthorizationCodeFlow({
    configs: config.flow === "client_credentials" ? [] : [config],
    credentials,
    pendingAuthorizations,
    connectUrl: "http://127.0.0.1:1/oauth2/connect",
    verifyUser: refuseAllBrowsers,
    clock,
  });
  const world: World = {
    server,
    config,
    credentials,
    tokens,
    flow,
    pendingAuthorizations,
    calls,
    tokenRequests,
    api: () => Response.json({}),
    tokenEndpoint: () => Response.json({ error: "invalid_grant" }, { status: 400 }),
    connect: (user, token) =>
      credentials.storeCredentials(
        { ...user, provider: config.provider },
        {
          accessToken: new AccessToken(token, {
            expiresAt: new Date(Date.now() + 3_600_000),
            scopes: ["calendar.read"],
          }),
          refreshToken: new Secret("canary-refresh-token"),
          lifetimeSeconds: 3600,
        },
      ),
    createTool: (options) =>
      new RestApiTool({
        name: "list_events",
        description: "Lists the user's events.",
        method: "GET",
        url: `${server.url}/events`,
        retries: 0,
        auth: oauth2(
          config.flow === "client_credentials" ? { tokens } : { tokens, authorization: flow },
        ),
        ...options,
      }),
    async stop() {
      await tokens.close();
      await server.stop();
    },
  };
  return world;
}

/** A token endpoint's good answer. */
export function issue(accessToken: string): Response {
  return Response.json({
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: "canary-refresh-token-2",
  });
}
