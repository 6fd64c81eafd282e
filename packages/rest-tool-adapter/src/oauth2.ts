import { ConfigurationError, type OAuth2Config } from "@rak-oauth/core";
import { type AuthorizationStarter, asUser, type TokenProvider } from "./ask-user.js";
import { authorizationHeader, TokenPresenter } from "./token-presenter.js";
import type { ToolAuth } from "./tool-auth.js";
import { type ToolContext, userOf } from "./tool-context.js";

/** Options of {@link oauth2}. */
export interface OAuth2AuthOptions {
  readonly tokens: TokenProvider;
  /**
   * Asks the user in the browser. Needed where users give the tokens; not for the flows
   * `client_credentials`, `jwt_bearer` and `token_exchange`, which ask nobody.
   */
  readonly authorization?: AuthorizationStarter | undefined;
  /**
   * Scopes the tool needs beside those of the configuration. A user who gave fewer is asked before
   * anything is sent.
   *
   * @defaultValue none
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Whose token it is, which only flow `jwt_bearer` leaves open: that of the user in the context, whom
   * a service account impersonates, or the service account's own, whatever user the context names.
   *
   * @defaultValue "application" with flow `client_credentials`, "user" with all others
   */
  readonly subject?: "user" | "application" | undefined;
}

/**
 * Authorization by an OAuth 2.0 access token: of the user in the context, or of the application.
 * The token goes to the configuration's `apiOrigins` and nowhere else.
 *
 * A token that is bound to a key goes with a proof that the key is here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 * @throws ConfigurationError when the flow of the configuration does not fit.
 */
export function oauth2(options: OAuth2AuthOptions): ToolAuth {
  const { tokens, authorization, scopes = [] } = options;
  const { config } = tokens;
  const subject = subjectOf(config, options.subject);
  const shared = {
    carriers: [authorizationHeader],
    origins: config.apiOrigins,
    allowInsecureLoopback: config.allowInsecureLoopback,
  };
  const presenter = new TokenPresenter(config.provider);
  if (!asksNobody.has(config.flow)) {
    if (authorization === undefined) {
      throw new ConfigurationError(
        `oauth2 for "${config.provider}": flow is "${config.flow}", whose tokens belong to users, and authorization is missing. Give an AuthorizationCodeFlow or a DeviceAuthorizationFlow, or use a configuration with flow "client_credentials".`,
      );
    }
    return { ...shared, ...asUser(tokens, presenter, authorization, scopes) };
  }
  if (authorization !== undefined) {
    throw new ConfigurationError(
      `oauth2 for "${config.provider}": flow is "${config.flow}", which asks no user, and authorization is given. Remove authorization, or use a configuration with flow "authorization_code".`,
    );
  }
  return { ...shared, ...onDemand(tokens, presenter, subject, scopes) };
}

const asksNobody: ReadonlySet<string> = new Set([
  "client_credentials",
  "jwt_bearer",
  "token_exchange",
]);

/** Tokens that are asked for when they are needed, of the server alone. */
function onDemand(
  tokens: TokenProvider,
  presenter: TokenPresenter,
  subject: "user" | "application",
  toolScopes: readonly string[],
): Pick<ToolAuth, "authorize" | "renew"> {
  const { provider, scopes: configured } = tokens.config;
  const scopes = [...new Set([...configured, ...toolScopes])];
  const wanted = toolScopes.length === 0 ? {} : { scopes };
  const requestOf = (context: ToolContext) => ({
    ...(subject === "user" && userOf(context, provider)),
    ...wanted,
  });
  return {
    authorize: async ({ context, signal }) =>
      presenter.present(await tokens.getToken({ ...requestOf(context), signal })),
    renew: async ({ context, signal }, { token }) => {
      const request = { ...requestOf(context), signal, forceRefresh: token };
      return presenter.presentOther(await tokens.getToken(request), token);
    },
  };
}

function subjectOf(
  { provider, flow }: OAuth2Config,
  given: OAuth2AuthOptions["subject"],
): "user" | "application" {
  const usual = flow === "client_credentials" ? "application" : "user";
  if (given === undefined || given === usual || flow === "jwt_bearer") return given ?? usual;
  throw new ConfigurationError(
    `oauth2 for "${provider}": subject is ${JSON.stringify(given)}, and tokens of flow "${flow}" are those of ${usual === "user" ? "a user" : "the application"}. Remove subject, or use another flow.`,
  );
}
