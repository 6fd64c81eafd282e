import { randomBytes, randomUUID } from "node:crypto";
import { AuthorizationCodeFlow, confirmByUser } from "@rak-oauth/auth-code-flow";
import { createCallbackServer } from "@rak-oauth/callback-server";
import { CredentialService, generateKey, type OAuth2Config, parseKeyring } from "@rak-oauth/core";
import { migrate, type OpenStores, openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { openEmbeddedStores } from "@rak-oauth/credential-store-prisma/embedded";
import { discover } from "@rak-oauth/oidc-discovery";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import {
  type AuthorizationServer,
  type AuthorizationServerClient,
  type HttpServer,
  startAuthorizationServer,
} from "@rak-oauth/test-kit";
import { TokenManager } from "@rak-oauth/token-manager";
import { startCalendarApi } from "./calendar-api.js";

/** How long an access token of the demo lives, in seconds: short, so that one can be seen to end. */
export const accessTokenTtlSeconds = 5;

/** The users of the demo's authorization server. */
const userIds = ["alice", "bob"] as const;

/** Everything the demo runs, on loopback and free ports. */
export interface DemoWorld {
  /** Keeps this run's credentials apart from all others in a database that others use too. */
  readonly tenantId: string;
  readonly authorizationServer: AuthorizationServer;
  readonly calendarApi: HttpServer;
  /** Origin of the callback server. */
  readonly callbackUrl: string;
  readonly flow: AuthorizationCodeFlow;
  /** Tokens of alice and bob. */
  readonly userTokens: TokenManager;
  readonly tools: readonly RestApiTool[];
  /** Stops all of it; nothing keeps running and no file stays. */
  stop(): Promise<void>;
}

/** Options of {@link startDemoWorld}. */
export interface StartDemoWorldOptions {
  /** A PostgreSQL database for the credentials. @defaultValue an embedded one, in memory */
  readonly databaseUrl?: string | undefined;
}

/** Starts an authorization server, a calendar API, the callback server, stores and tools. */
export async function startDemoWorld(options: StartDemoWorldOptions = {}): Promise<DemoWorld> {
  const tenantId = `demo-${randomUUID()}`;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  const started = async <T>(thing: Promise<T>, end: (thing: T) => Promise<unknown>) => {
    const value = await thing;
    stops.push(() => end(value));
    return value;
  };
  try {
    // The server comes first, because client registration and links name its port.
    let handle: AuthorizationCodeFlow["handler"] | undefined;
    const callbackServer = createCallbackServer({
      handler: (request) => handle?.(request) ?? new Response(null, { status: 503 }),
    });
    const callbackUrl = await started(callbackServer.listen({ port: 0 }), () =>
      callbackServer.stop(),
    );
    const clients = registerClients(callbackUrl);
    const authorizationServer = await started(
      startAuthorizationServer({ accessTokenTtlSeconds, clients: Object.values(clients) }),
      (server) => server.stop(),
    );
    const calendarApi = await started(
      startCalendarApi({ verifyAccessToken: authorizationServer.verifyAccessToken }),
      (server) => server.stop(),
    );
    const stores = await started(openStores(options.databaseUrl), async (open) => {
      for (const userId of userIds) {
        await open.credentials.deleteAll({ tenantId, userId });
        await open.pendingAuthorizations.deleteAll({ tenantId, userId });
      }
      await open.close();
    });
    const credentials = new CredentialService({
      store: stores.credentials,
      keys: parseKeyring(`demo:${generateKey()}`),
    });
    const configs = await configure(authorizationServer.issuer, clients, calendarApi.url);
    const flow = new AuthorizationCodeFlow({
      configs: [configs.user],
      credentials,
      pendingAuthorizations: stores.pendingAuthorizations,
      connectUrl: `${callbackUrl}/oauth2/connect`,
      // The demo has no sign-in of its own that could say who sits at the browser.
      verifyUser: confirmByUser({ applicationName: "Calendar agent" }),
    });
    const userTokens = await started(
      Promise.resolve(new TokenManager({ config: configs.user, credentials })),
      (tokens) => tokens.close(),
    );
    const applicationTokens = await started(
      Promise.resolve(new TokenManager({ config: configs.application, credentials })),
      (tokens) => tokens.close(),
    );
    handle = flow.handler;
    const tools = [
      new RestApiTool({
        name: "list_events",
        description: "List today's calendar events of the user.",
        method: "GET",
        url: `${calendarApi.url}/events`,
        auth: oauth2({ tokens: userTokens, authorization: flow }),
      }),
      new RestApiTool({
        name: "list_meeting_rooms",
        description: "List the meeting rooms that are free now.",
        method: "GET",
        url: `${calendarApi.url}/rooms`,
        auth: oauth2({ tokens: applicationTokens }),
      }),
    ];
    return {
      tenantId,
      authorizationServer,
      calendarApi,
      callbackUrl,
      flow,
      userTokens,
      tools,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openStores(databaseUrl: string | undefined): Promise<OpenStores> {
  if (databaseUrl === undefined) return openEmbeddedStores();
  await migrate({ connectionString: databaseUrl });
  return openPostgresStores({ connectionString: databaseUrl });
}

interface DemoClients {
  readonly user: AuthorizationServerClient;
  readonly application: AuthorizationServerClient;
}

/** The demo's two client registrations at its authorization server. */
function registerClients(callbackUrl: string): DemoClients {
  return {
    user: {
      clientId: "calendar-agent",
      clientSecret: randomBytes(24).toString("base64url"),
      name: "Calendar agent",
      redirectUris: [`${callbackUrl}/oauth2/callback`],
    },
    application: {
      clientId: "calendar-service",
      clientSecret: randomBytes(24).toString("base64url"),
      name: "Calendar service",
    },
  };
}

async function configure(
  issuer: string,
  clients: DemoClients,
  apiOrigin: string,
): Promise<{ readonly user: OAuth2Config; readonly application: OAuth2Config }> {
  const shared = { apiOrigins: [apiOrigin], allowInsecureLoopback: true };
  const [user, application] = await Promise.all([
    discover(issuer, {
      ...shared,
      provider: "calendar",
      displayName: "Calendar",
      clientId: clients.user.clientId,
      clientSecret: clients.user.clientSecret,
      redirectUri: clients.user.redirectUris?.[0],
      scopes: ["openid", "email", "profile", "offline_access", "calendar.read"],
    }),
    discover(issuer, {
      ...shared,
      provider: "calendar-rooms",
      displayName: "Calendar rooms",
      clientId: clients.application.clientId,
      clientSecret: clients.application.clientSecret,
      flow: "client_credentials",
    }),
  ]);
  return { user, application };
}
