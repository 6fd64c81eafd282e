import type {
  OAuthClientProvider,
  OAuthDiscoveryState,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ConfigurationError, type OAuth2Config, OAuth2Error } from "@rak-oauth/core";
import type { AuthorizationStarter, TokenProvider } from "../ask-user.js";
import { oauth2 } from "../oauth2.js";
import { maximumRedirects, redirectStatuses } from "../send-request.js";
import {
  type AuthorizedCall,
  isPending,
  type RequestCredential,
  type ToolAuth,
} from "../tool-auth.js";
import type { ToolContext } from "../tool-context.js";
import type { PendingAuthorizationResult } from "../tool-result.js";

/** Options of {@link McpOAuthProvider}. */
export interface McpOAuthProviderOptions {
  /** The MCP server; its origin must be among `apiOrigins` of the configuration. */
  readonly url: string | URL;
  /** A `TokenManager`; `discoverMcpServer` of `@rak-oauth/oidc-discovery` makes its configuration. */
  readonly tokens: TokenProvider;
  /** An `AuthorizationCodeFlow` that has the same configuration. */
  readonly authorization: AuthorizationStarter;
  readonly user: Pick<ToolContext, "userId" | "tenantId">;
  /**
   * Is given the link for the user; the request that needed it then fails with the SDK's
   * `UnauthorizedError`. Connect again, or repeat it, when the user is done.
   */
  readonly onPending: (pending: PendingAuthorizationResult) => void | Promise<void>;
  /** @defaultValue the global `fetch` */
  readonly fetch?: FetchLike | undefined;
}

/**
 * What a transport of the MCP SDK needs to call a server as one user. The SDK gets access tokens that
 * the token manager keeps fresh, and nothing else: registration, PKCE, state, code and refresh tokens
 * stay with the flow and the stores. Give the transport both the provider, as `authProvider`, and its
 * `fetch`, which renews a token that the server refuses.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 */
export class McpOAuthProvider implements OAuthClientProvider {
  readonly #config: OAuth2Config;
  readonly #origin: string;
  readonly #auth: ToolAuth;
  readonly #call: AuthorizedCall;
  readonly #onPending: McpOAuthProviderOptions["onPending"];
  readonly #fetch: FetchLike;

  /** @throws ConfigurationError when the tokens may not go to the server, or are bound to a key. */
  constructor(options: McpOAuthProviderOptions) {
    const { tokens, authorization, user } = options;
    const { origin, host } = new URL(options.url);
    const where = `McpOAuthProvider for "${tokens.config.provider}"`;
    if (!tokens.config.apiOrigins.includes(origin)) {
      throw new ConfigurationError(
        `${where}: url is at ${origin}, and the tokens may only go to ${tokens.config.apiOrigins.join(", ") || "no origin at all"}. Add it to apiOrigins of the OAuth2 configuration if it is the provider's.`,
      );
    }
    if (tokens.config.useDpop) {
      throw new ConfigurationError(
        `${where}: useDpop is true, and the MCP SDK sends bearer tokens only. Remove useDpop.`,
      );
    }
    this.#config = tokens.config;
    this.#origin = origin;
    this.#auth = oauth2({ tokens, authorization });
    this.#call = { toolName: host, context: user, signal: new AbortController().signal };
    this.#onPending = options.onPending;
    this.#fetch = options.fetch ?? fetch;
  }

  /** The redirect URI of the configuration; the flow answers there. */
  get redirectUrl(): string {
    return this.#config.redirectUri ?? "";
  }

  /** What the configuration says of the client (RFC 7591 §2). */
  get clientMetadata(): OAuthClientMetadata {
    return { redirect_uris: [this.redirectUrl], scope: this.#config.scopes.join(" ") };
  }

  /** Known from the configuration, so that the SDK asks nobody. */
  discoveryState(): OAuthDiscoveryState {
    const { issuer, authUrl = "", tokenUrl } = this.#config;
    return {
      authorizationServerUrl: issuer ?? new URL(tokenUrl).origin,
      authorizationServerMetadata: {
        issuer: issuer ?? new URL(tokenUrl).origin,
        authorization_endpoint: authUrl,
        token_endpoint: tokenUrl,
        response_types_supported: ["code"],
        code_challenge_methods_supported: ["S256"],
      },
      resourceMetadata: { resource: this.#config.resources[0] ?? this.#origin },
    };
  }

  /** The flow names the resource itself. */
  async validateResourceURL(): Promise<undefined> {}

  /** The client of the configuration: the SDK registers none of its own. */
  clientInformation(): OAuthClientInformationMixed {
    const { clientId, issuer } = this.#config;
    return { client_id: clientId, ...(issuer !== undefined && { issuer }) };
  }

  /** A good access token, and never a refresh token: the SDK must not spend it beside the lease. */
  async tokens(): Promise<OAuthTokens | undefined> {
    const answer = await this.#auth.authorize(this.#call);
    if (isPending(answer) || answer.token === undefined) return undefined;
    const { token } = answer;
    const { issuer } = this.#config;
    return {
      access_token: token.secret(),
      token_type: "Bearer",
      scope: token.scopes.join(" "),
      ...(issuer !== undefined && { issuer }),
    };
  }

  /**
   * Called by the SDK when the server wants the user. The SDK's own address is not used but for the
   * scopes in it: the flow's link knows whose it is.
   */
  async redirectToAuthorization(authorizationUrl: URL): Promise<void> {
    const scopes = authorizationUrl.searchParams.get("scope")?.split(" ") ?? [];
    const answer = await this.#auth.authorize(this.#call);
    const pending = isPending(answer)
      ? answer
      : await this.#auth.widen?.(
          this.#call,
          answer,
          scopes.filter((scope) => scope !== ""),
        );
    if (pending !== undefined) await this.#onPending(pending);
  }

  /**
   * Sends the SDK's requests, and once more with another token where the server refuses the first.
   *
   * @throws ConfigurationError when a transport would send the token to another server.
   * @throws OAuth2Error with code `tool_request_failed` when the server redirects to another origin.
   */
  readonly fetch: FetchLike = async (url, init) => {
    const headers = new Headers(init?.headers);
    const carried = headers.get("authorization");
    if (carried !== null && new URL(url).origin !== this.#origin) {
      throw new ConfigurationError(
        `McpOAuthProvider for "${this.#config.provider}": the transport is for ${new URL(url).origin}, and the provider was made for ${this.#origin}. Give both the same url.`,
      );
    }
    if (carried === null) return this.#fetch(url, init);
    const response = await this.#sendToServer(url, init);
    if (response.status !== 401) return response;
    const other = await this.#otherThan(carried);
    if (other === undefined) return response;
    await response.body?.cancel();
    headers.set("authorization", other);
    return this.#sendToServer(url, { ...init, headers });
  };

  /** Follows redirects by hand and within the server: neither the token nor a message goes elsewhere. */
  async #sendToServer(url: string | URL, init: RequestInit | undefined): Promise<Response> {
    const { method, redirect } = init ?? {};
    let address = new URL(url);
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#fetch(address, { ...init, redirect: "manual" });
      const location = response.headers.get("location");
      if (location === null || !redirectStatuses.has(response.status)) return response;
      await response.body?.cancel();
      const from = address.origin;
      if (!URL.canParse(location, address.href)) throw this.#redirectRefused("to no valid URL");
      address = new URL(location, address);
      if (address.origin !== from || redirect === "error") {
        throw this.#redirectRefused(`to ${address.origin}`);
      }
      if (!keepsMethod(response.status, method)) {
        throw this.#redirectRefused(`with HTTP ${response.status}, which drops the message`);
      }
      if (redirects === maximumRedirects) throw this.#redirectRefused("again and again");
    }
  }

  #redirectRefused(what: string): OAuth2Error {
    return new OAuth2Error(
      "tool_request_failed",
      `McpOAuthProvider for "${this.#config.provider}": the MCP server at ${this.#origin} redirects ${what}, and that is not followed. Give its final address as url.`,
    );
  }

  /** What somebody else has renewed already, or this renews now, as it is written on a request. */
  async #otherThan(refused: string): Promise<string | undefined> {
    const current = await this.#auth.authorize(this.#call);
    if (isPending(current)) return undefined;
    if (written(current) !== refused) return written(current);
    const renewed = await this.#auth.renew?.(this.#call, current);
    return renewed === undefined || isPending(renewed) ? undefined : written(renewed);
  }

  /** Refused: tokens are the flow's to store. */
  saveTokens(): never {
    throw notOfTheSdk(this.#config.provider);
  }

  /** Not kept: the flow has a verifier of its own (RFC 7636). */
  saveCodeVerifier(): void {}

  /** Refused, as {@link McpOAuthProvider.saveTokens}. */
  codeVerifier(): never {
    throw notOfTheSdk(this.#config.provider);
  }
}

/** Other redirects turn a POST into a GET without its body (RFC 9110 §15.4). */
function keepsMethod(status: number, method = "GET"): boolean {
  return status === 307 || status === 308 || ["GET", "HEAD"].includes(method.toUpperCase());
}

function written({ token }: RequestCredential): string | undefined {
  return token && `Bearer ${token.secret()}`;
}

function notOfTheSdk(provider: string): ConfigurationError {
  return new ConfigurationError(
    `McpOAuthProvider for "${provider}": the flow's callback finishes the authorization by itself. Do not call finishAuth; connect again when the user is done.`,
  );
}
