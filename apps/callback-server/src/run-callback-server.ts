import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
} from "@rak-oauth/auth-code-flow";
import type { AgentApi } from "@rak-oauth/auth-code-flow/api";
import { CredentialService, isOAuth2Error } from "@rak-oauth/core";
import type { Logger } from "pino";
import { isApiRequest, openApi } from "./api/open-api.js";
import { shareAssertions } from "./api/used-assertions.js";
import { isConnectionsRequest, openConnectionsPage } from "./connections-page.js";
import {
  type CallbackServerOptions,
  createCallbackServer,
  describeError,
} from "./create-callback-server.js";
import { endExpired } from "./end-expired.js";
import { createFlowObserver, type FlowObserver } from "./observe-flows.js";
import { observeProcess } from "./observe-process.js";
import { type OpenStores, openStores } from "./open-stores.js";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.js";
import type { Settings } from "./read-settings.js";
import { createStoreCheck, type PartStates } from "./readiness.js";
import { createWords } from "./respond-in-words.js";
import { startMetrics } from "./start-metrics.js";
import { startTokenManagers, type TokenManagers } from "./token-managers.js";

/** A callback server with its stores. */
export interface RunningCallbackServer {
  /** Is no longer ready, takes requests for the settings' delay, ends them, then refreshes, then the stores. */
  stop(): Promise<void>;
}

const cleanUpIntervalMs = 60_000;

/**
 * Listens first, so that a taken port shows before anything is opened; then opens the stores and
 * serves browsers until told to stop.
 */
export async function runCallbackServer(
  settings: Settings,
  logger: Logger,
): Promise<RunningCallbackServer> {
  const { storage, publicUrl, port, host, configs, keyring, userCheck, operation } = settings;
  const { rateLimitPerMinute: perMinute, trustedProxies } = operation;
  const metricsServer = await startMetrics(operation.metrics);
  const flows = createFlowObserver();
  const respondInWords = createWords(settings.messages);
  let handler: CallbackServerOptions["handler"] = (request) =>
    respondInWords(request, "starting", { "retry-after": "5" });
  let rateLimiter: RateLimiter = createRateLimiter({ perMinute });
  let checkStores = async (): Promise<PartStates> => ({ stores: "starting" });
  if (metricsServer !== undefined) observeProcess(() => checkStores());
  const server = createCallbackServer({
    handler: (request) => handler(request),
    logger,
    publicUrl,
    trustedProxies,
    messages: settings.messages,
    checkParts: () => checkStores(),
    ...(perMinute > 0 && {
      rateLimiter: { take: (group, client) => rateLimiter.take(group, client) },
    }),
  });
  const listening = await server.listen({ port, host });
  for (const warning of keyring.warnings) logger.warn(warning);
  let stores: OpenStores | undefined;
  let service: Service;
  try {
    stores = await openStores(storage, logger);
    rateLimiter = createRateLimiter({ perMinute, shared: stores.counts });
    checkStores = createStoreCheck(stores);
    service = await startService(settings, stores, logger, flows);
    handler = service.handler;
  } catch (error) {
    await server.stop();
    await stores?.close();
    await metricsServer?.stop();
    throw error;
  }
  const providers = configs.map(({ provider, redirectUri }) => ({ provider, redirectUri }));
  const verifyUser = userCheck.kind;
  logger.info(
    {
      listening,
      publicUrl,
      storage: storage.kind,
      verifyUser,
      providers,
      metrics: metricsServer?.url,
    },
    "ready",
  );
  if (verifyUser === "none") {
    logger.warn(
      "Nobody checks who opens a connect link: whoever does connects their account to the user it was made for. Remove RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER, and set RAK_OAUTH_VERIFY_USER.",
    );
  }
  if (perMinute > 0 && trustedProxies === undefined && publicUrl.startsWith("https:")) {
    logger.warn(
      "PUBLIC_URL is https, so a proxy stands in front, and RAK_OAUTH_TRUSTED_PROXIES is not set: all clients share one rate limit. Set it to how many proxies there are.",
    );
  }
  const openedStores = stores;
  // Whoever waits is told in the end, not before: until then it would only come again.
  server.stopping.addEventListener("abort", () => service.api.close());
  const cleanUp = setInterval(
    () => void endExpired({ ...openedStores, flow: service.flow, flows, logger }),
    cleanUpIntervalMs,
  );
  return {
    async stop() {
      clearInterval(cleanUp);
      const inTime = await server.stop({ delayMs: operation.drainDelayMs });
      if (!inTime) logger.warn("Requests that did not end in time were cut off.");
      await service.tokenManagers.close();
      await openedStores.close();
      await metricsServer?.stop();
    },
  };
}

interface Service extends Pick<CallbackServerOptions, "handler"> {
  readonly flow: AuthorizationCodeFlow;
  readonly api: AgentApi;
  readonly tokenManagers: TokenManagers;
}

async function startService(
  settings: Settings,
  stores: OpenStores,
  logger: Logger,
  flows: FlowObserver,
): Promise<Service> {
  const { configs, keyring, apiClients, publicUrl } = settings;
  const pendingAuthorizations = flows.watch(stores.pendingAuthorizations);
  const credentials = new CredentialService({ store: stores.credentials, keys: keyring.keys });
  const flow = createFlow(settings, { credentials, pendingAuthorizations }, logger, flows);
  const tokenManagers = startTokenManagers({ configs, credentials, logger });
  const api = await openApi({
    clients: apiClients,
    publicUrl,
    flow,
    credentials,
    pendingAuthorizations,
    managers: tokenManagers.byProvider,
    usedAssertions: stores.counts && shareAssertions(stores.counts),
    logger,
  });
  const showConnections = openConnectionsPage({
    settings,
    flow,
    credentials,
    tokenManagers,
    logger,
  });
  return {
    flow,
    api,
    tokenManagers,
    handler(request) {
      if (isApiRequest(request)) return api.handler(request);
      const isForConnections = showConnections !== undefined && isConnectionsRequest(request);
      return isForConnections ? showConnections(request) : flow.handler(request);
    },
  };
}

function createFlow(
  settings: Settings,
  stores: Pick<AuthorizationCodeFlowOptions, "credentials" | "pendingAuthorizations">,
  logger: Logger,
  flows: FlowObserver,
): AuthorizationCodeFlow {
  return new AuthorizationCodeFlow({
    ...stores,
    configs: settings.configs,
    connectUrl: new URL("/oauth2/connect", settings.publicUrl).href,
    ...settings.userCheck.options,
    // Whoever connects on the page of connections comes back to it.
    returnToOrigins: [...settings.returnToOrigins, settings.publicUrl],
    messages: settings.messages,
    onFailure: ({ step, error, pending }) => {
      // The handle stays out: with it, anybody could open the link.
      const { tenantId, userId, provider } = pending?.key ?? {};
      const isExpected = isOAuth2Error(error) && error.code === "authorization_failed";
      const told = describeError(error);
      if (provider !== undefined && told["failure"] === "expired") flows.expired(provider);
      const level = isExpected ? "warn" : "error";
      logger[level]({ step, tenantId, userId, provider, error: told }, "refused");
    },
  });
}
