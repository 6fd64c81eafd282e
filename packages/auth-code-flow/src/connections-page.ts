import {
  assertCredentialOwner,
  ConfigurationError,
  type CredentialKey,
  type CredentialService,
  isSecureUrl,
} from "@rak-oauth/core";
import type { DisconnectResult, TokenManager } from "@rak-oauth/token-manager";
import type { AuthorizationCodeFlow } from "./authorization-code-flow.js";
import { createMessageChoice } from "./choose-messages.js";
import { ConnectionsSite } from "./connections-site.js";
import type { SessionUser } from "./is-user.js";
import type { PageMessages } from "./page-messages.js";
import { reportFailure } from "./report-failure.js";
import type { UserIdentifier } from "./session-verifier.js";

/** Options of {@link createConnectionsPage}. */
export interface ConnectionsPageOptions {
  /** Public address of the page, such as `https://agent.example.com/connections`. */
  readonly pageUrl: string;
  /**
   * Tells who is signed in: `identifyUser` of `verifySessionCookie` or `verifyJwt`, or a function of your
   * own. Whose session it says, whose connections are shown. A user whose id or tenant no `CredentialKey`
   * can hold is refused with status 403, and `onFailure` is told why.
   */
  readonly identifyUser: UserIdentifier;
  readonly credentials: CredentialService;
  /** One manager for each provider of the flow, by provider. */
  readonly managers: ReadonlyMap<string, TokenManager>;
  /** Connects accounts; its `returnToOrigins` must hold the origin of `pageUrl`. */
  readonly flow: Pick<AuthorizationCodeFlow, "start">;
  /** As of the flow. @defaultValue English and German */
  readonly messages?: readonly PageMessages[] | undefined;
  /** Called when an account was disconnected, for the log. */
  readonly onDisconnect?: ((key: CredentialKey, result: DisconnectResult) => void) | undefined;
  /** Called when a request fails, for the log; the person sees a page. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/**
 * The page where a signed-in user sees the accounts they have connected, connects more, and disconnects
 * them, at one address, without script. The handler never rejects.
 *
 * @throws ConfigurationError naming the option that cannot work.
 */
export function createConnectionsPage(
  options: ConnectionsPageOptions,
): (request: Request) => Promise<Response> {
  const { pageUrl, identifyUser, onFailure } = options;
  if (!URL.canParse(pageUrl) || !isSecureUrl(pageUrl, true) || /[?#]/.test(pageUrl)) {
    throw faulty(
      `pageUrl is ${JSON.stringify(pageUrl)} and must be an https address without a query, such as "https://agent.example.com/connections"; plain http only on loopback addresses.`,
    );
  }
  if (typeof identifyUser !== "function") {
    throw faulty(
      "identifyUser is missing. Give identifyUser of verifySessionCookie(…) or verifyJwt(…), or a function (request) => user.",
    );
  }
  const chooseMessages = createMessageChoice(options.messages);
  const site = new ConnectionsSite(options);
  return async (request) => {
    if (request.method === "HEAD") return site.empty(200);
    if (request.method !== "GET" && request.method !== "POST") return site.empty(405);
    const messages = chooseMessages(request);
    try {
      const user = await identifyUser(request);
      // A look-up written in JavaScript may find a user without an id, which would be the application itself.
      if (!user?.userId) return site.showSignedOut(messages);
      const refusal = refusalOf(user);
      if (refusal === undefined) return await site.answer(request, user, messages);
      reportFailure(onFailure, refusal, "createConnectionsPage");
      return site.showFailed(messages, 403);
    } catch (error) {
      reportFailure(onFailure, error, "createConnectionsPage");
      return site.showFailed(messages, 500);
    }
  };
}

/** Why nobody of this name can have connections, such as a name that is too long. */
function refusalOf(user: SessionUser): unknown {
  try {
    assertCredentialOwner(user);
    return undefined;
  } catch (error) {
    return error;
  }
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`createConnectionsPage: ${problem}`);
}
