import { type AuthorizationCodeFlow, createConnectionsPage } from "@rak-oauth/auth-code-flow";
import type { CredentialService } from "@rak-oauth/core";
import type { Logger } from "pino";
import { describeError } from "./create-callback-server.js";
import type { Settings } from "./read-settings.js";
import { revocationInLog } from "./revocation-in-log.js";
import type { TokenManagers } from "./token-managers.js";

/** What {@link openConnectionsPage} needs. */
export interface ConnectionsPageParts {
  readonly settings: Pick<Settings, "publicUrl" | "userCheck" | "messages">;
  readonly flow: AuthorizationCodeFlow;
  readonly credentials: CredentialService;
  readonly tokenManagers: TokenManagers;
  readonly logger: Logger;
}

/** Where users see what they have connected. */
const connectionsPath = "/connections";

/** Whether a request is for the page of connections. */
export function isConnectionsRequest(request: Request): boolean {
  return new URL(request.url).pathname === connectionsPath;
}

/** The page of connections; nothing, and a word in the log, where nobody says who is signed in. */
export function openConnectionsPage(
  parts: ConnectionsPageParts,
): ((request: Request) => Promise<Response>) | undefined {
  const { settings, flow, credentials, tokenManagers, logger } = parts;
  const { identifyUser, kind } = settings.userCheck;
  if (identifyUser === undefined) {
    logger.info(
      { verifyUser: kind },
      `The page ${connectionsPath} is off, for this server cannot know who is signed in. Set RAK_OAUTH_VERIFY_USER to "cookie" or "jwt" to have it.`,
    );
    return undefined;
  }
  return createConnectionsPage({
    pageUrl: new URL(connectionsPath, settings.publicUrl).href,
    identifyUser,
    credentials,
    managers: tokenManagers.byProvider,
    flow,
    messages: settings.messages,
    onDisconnect: (key, result) =>
      logger.info({ ...key, revocation: revocationInLog(result) }, "connection ended by its user"),
    onFailure: (error) => logger.warn({ error: describeError(error) }, "connections page refused"),
  });
}
