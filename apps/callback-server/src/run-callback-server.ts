import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
} from "@rak-oauth/auth-code-flow";
import { CredentialService, isOAuth2Error } from "@rak-oauth/core";
import type { Logger } from "pino";
import { type Api, createApi, isApiRequest } from "./api/create-api.js";
import {
  type CallbackServerOptions,
  createCallbackServer,
  describeError,
} from "./create-callback-server.js";
import { type OpenStores, openStores } from "./open-stores.js";
import type { Settings } from "./read-settings.js";
import { startTokenManagers, type TokenManagers } from "./token-managers.js";

/** A callback server with its stores. */
export interface RunningCallbackServer {
  /** Ends requests, then refreshes, then the stores. */
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
  const { storage, publicUrl, port, host, configs, keyring, userCheck } = settings;
  let handler: CallbackServerOptions["handler"] = answerStarting;
  const server = createCallbackServer({ handler: (request) => handler(request), logger });
  const listening = await server.listen({ port, host });
  for (const warning of keyring.warnings) logger.warn(warning);
  let stores: OpenStores | undefined;
  let service: Service;
  try {
    stores = await openStores(storage, logger);
    service = startService(settings, stores, logger);
    handler = service.handler;
  } catch (error) {
    await server.stop();
    await stores?.close();
    throw error;
  }
  const providers = configs.map(({ provider, redirectUri }) => ({ provider, redirectUri }));
  const verifyUser = userCheck.kind;
  logger.info({ listening, publicUrl, storage: storage.kind, verifyUser, providers }, "ready");
  if (verifyUser === "none") {
    logger.warn(
      "Nobody checks who opens a connect link: whoever does connects their account to the user it was made for. Remove RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER, and set RAK_OAUTH_VERIFY_USER.",
    );
  }
  const openedStores = stores;
  const cleanUp = setInterval(() => void forgetExpired(openedStores, logger), cleanUpIntervalMs);
  return {
    async stop() {
      clearInterval(cleanUp);
      service.api.close();
      const inTime = await server.stop();
      if (!inTime) logger.warn("Requests that did not end in time were cut off.");
      await service.tokenManagers.close();
      await openedStores.close();
    },
  };
}

function answerStarting(): Response {
  return new Response("This server is starting. Load the page again in a few seconds.\n", {
    status: 503,
    headers: { "retry-after": "5", "cache-control": "no-store" },
  });
}

interface Service extends Pick<CallbackServerOptions, "handler"> {
  readonly api: Api;
  readonly tokenManagers: TokenManagers;
}

function startService(settings: Settings, stores: OpenStores, logger: Logger): Service {
  const { configs, keyring, apiClients, publicUrl } = settings;
  const { pendingAuthorizations } = stores;
  const credentials = new CredentialService({ store: stores.credentials, keys: keyring.keys });
  const flow = createFlow(settings, { credentials, pendingAuthorizations }, logger);
  const tokenManagers = startTokenManagers({ configs, credentials, logger });
  const api = createApi({
    clients: apiClients,
    publicUrl,
    flow,
    credentials,
    pendingAuthorizations,
    tokenManagers: tokenManagers.byProvider,
    logger,
  });
  return {
    api,
    tokenManagers,
    handler: (request) => (isApiRequest(request) ? api.fetch(request) : flow.handler(request)),
  };
}

function createFlow(
  settings: Settings,
  stores: Pick<AuthorizationCodeFlowOptions, "credentials" | "pendingAuthorizations">,
  logger: Logger,
): AuthorizationCodeFlow {
  return new AuthorizationCodeFlow({
    ...stores,
    configs: settings.configs,
    connectUrl: new URL("/oauth2/connect", settings.publicUrl).href,
    ...settings.userCheck.options,
    returnToOrigins: settings.returnToOrigins,
    onFailure: ({ step, error, pending }) => {
      // The handle stays out: with it, anybody could open the link.
      const { tenantId, userId, provider } = pending?.key ?? {};
      const isExpected = isOAuth2Error(error) && error.code === "authorization_failed";
      const level = isExpected ? "warn" : "error";
      logger[level]({ step, tenantId, userId, provider, error: describeError(error) }, "refused");
    },
  });
}

async function forgetExpired(stores: OpenStores, logger: Logger): Promise<void> {
  try {
    await stores.pendingAuthorizations.deleteExpired();
  } catch (error) {
    logger.warn({ error: describeError(error) }, "expired authorizations were not removed");
  }
}
