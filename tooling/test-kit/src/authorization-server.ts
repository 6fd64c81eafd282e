import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import {
  type AuthorizationServerClient,
  type AuthorizationServerUser,
  clientMetadata,
  createConfiguration,
} from "./authorization-server-configuration.js";
import { AuthorizationServerStorage } from "./authorization-server-storage.js";
import { listen } from "./http-server.js";
import { interactionListener } from "./interaction-listener.js";
import { Provider } from "./provider.js";

/** What {@link startAuthorizationServer} starts. */
export interface StartAuthorizationServerOptions {
  /**
   * @defaultValue `calendar-agent`, a web application with redirect URI `http://127.0.0.1/callback`,
   * and `calendar-service`, which uses client credentials; both with random secrets
   */
  readonly clients?: readonly AuthorizationServerClient[] | undefined;
  /** @defaultValue alice and bob */
  readonly users?: readonly AuthorizationServerUser[] | undefined;
  /** Scopes beside `openid profile email offline_access calendar.read`. @defaultValue none */
  readonly extraScopes?: readonly string[] | undefined;
  /** @defaultValue 3600 */
  readonly accessTokenTtlSeconds?: number | undefined;
  /**
   * Whether a refresh gives a new refresh token and ends the old one. Using an old one again then
   * ends the whole grant.
   *
   * @defaultValue true
   */
  readonly rotateRefreshToken?: boolean | undefined;
  /** @defaultValue a free port */
  readonly port?: number | undefined;
}

/** One request that the token endpoint answered. */
export interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string | undefined;
  /** The error code of the answer; `undefined` when it gave tokens. */
  readonly error: string | undefined;
}

/** What an access token is worth, to a resource server. */
export interface VerifiedAccessToken {
  /** The user; `undefined` when the token is a client's own. */
  readonly sub: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** A running authorization server. */
export interface AuthorizationServer {
  readonly issuer: string;
  /** The same as `issuer`. */
  readonly url: string;
  readonly users: readonly AuthorizationServerUser[];
  readonly clients: readonly AuthorizationServerClient[];
  /** Every request to the token endpoint so far, oldest first. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Adds a client or replaces the one with its id, as when a redirect URI is known only later. */
  registerClient(client: AuthorizationServerClient): Promise<void>;
  /** Tells a resource server in this process about a token; `undefined` when it is not active. */
  verifyAccessToken(token: string): Promise<VerifiedAccessToken | undefined>;
  /** Ends every grant of a user, with all its tokens. Gives the number of grants. */
  revokeGrants(userId: string): Promise<number>;
  stop(): Promise<void>;
}

const defaultUsers: readonly AuthorizationServerUser[] = [
  { id: "alice", name: "Alice Example", email: "alice@example.com" },
  { id: "bob", name: "Bob Example", email: "bob@example.com" },
];

/**
 * Starts a real OpenID provider on 127.0.0.1, with pages to sign in and to consent on. It requires
 * PKCE S256, sends `iss` with its answers (RFC 9207), rotates refresh tokens, and has endpoints for
 * introspection (RFC 7662), revocation (RFC 7009) and userinfo.
 *
 * @throws Error with code EADDRINUSE when `port` is taken
 */
export async function startAuthorizationServer(
  options: StartAuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  // The port comes first, because the issuer names it.
  let listener: RequestListener = (_request, response) => {
    response.writeHead(503).end();
  };
  const server = await listen((request, response) => {
    listener(request, response);
  }, options.port ?? 0);
  try {
    const users = options.users ?? defaultUsers;
    const storage = new AuthorizationServerStorage();
    const configuration = await createConfiguration({
      storage,
      users,
      scopes: ["calendar.read", ...(options.extraScopes ?? [])],
      accessTokenTtlSeconds: options.accessTokenTtlSeconds ?? 3600,
      rotateRefreshToken: options.rotateRefreshToken ?? true,
    });
    const provider = new Provider(server.url, configuration);
    const clients = new Map<string, AuthorizationServerClient>();
    const registerClient = async (client: AuthorizationServerClient): Promise<void> => {
      await storage.model("Client").upsert(client.clientId, clientMetadata(client));
      // Reading it back validates it now, not at its first request.
      await provider.Client.find(client.clientId);
      clients.set(client.clientId, client);
    };
    for (const client of options.clients ?? defaultClients()) {
      await registerClient(client);
    }
    provider.on("server_error", (_context, error) => {
      process.stderr.write(`authorization server: ${error.name}: ${error.message}\n`);
    });
    const tokenRequests = recordTokenRequests(provider);
    listener = requestListener(provider, users);
    return {
      issuer: server.url,
      url: server.url,
      users,
      get clients() {
        return [...clients.values()];
      },
      tokenRequests,
      registerClient,
      verifyAccessToken: (token) => verifyAccessToken(provider, token),
      revokeGrants: (userId) => storage.revokeGrantsOf(userId),
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function defaultClients(): readonly AuthorizationServerClient[] {
  return [
    {
      clientId: "calendar-agent",
      clientSecret: randomBytes(24).toString("base64url"),
      name: "Calendar agent",
      redirectUris: ["http://127.0.0.1/callback"],
    },
    {
      clientId: "calendar-service",
      clientSecret: randomBytes(24).toString("base64url"),
      name: "Calendar service",
    },
  ];
}

function requestListener(
  provider: Provider,
  users: readonly AuthorizationServerUser[],
): RequestListener {
  const interactions = interactionListener(provider, users);
  const protocol = provider.callback();
  return (request, response) => {
    const url = new URL(request.url ?? "/", provider.issuer);
    if (url.pathname.startsWith("/interaction/")) {
      interactions(request, response);
      return;
    }
    if (url.pathname === "/auth") {
      request.url = askForConsent(url);
    }
    void protocol(request, response);
  };
}

/**
 * OpenID Connect grants offline_access only with `prompt=consent`; most providers are content with
 * the scope, and so is this one.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess}
 */
function askForConsent(url: URL): string {
  const scopes = url.searchParams.get("scope")?.split(" ") ?? [];
  const prompts = url.searchParams.get("prompt")?.split(" ") ?? [];
  if (
    scopes.includes("offline_access") &&
    !prompts.includes("consent") &&
    !prompts.includes("none")
  ) {
    url.searchParams.set("prompt", [...prompts, "consent"].join(" "));
  }
  return `${url.pathname}${url.search}`;
}

function recordTokenRequests(provider: Provider): readonly TokenRequest[] {
  const requests: TokenRequest[] = [];
  const record = (context: TokenContext, error: string | undefined): void => {
    requests.push({
      grantType: String(context.oidc.params?.["grant_type"] ?? "unknown"),
      clientId: context.oidc.client?.clientId,
      error,
    });
  };
  provider.on("grant.success", (context) => record(context, undefined));
  provider.on("grant.error", (context, error) => record(context, error.error));
  return requests;
}

interface TokenContext {
  readonly oidc: {
    readonly params?: Readonly<Record<string, unknown>> | undefined;
    readonly client?: { readonly clientId: string } | undefined;
  };
}

async function verifyAccessToken(
  provider: Provider,
  token: string,
): Promise<VerifiedAccessToken | undefined> {
  const ofUser = await provider.AccessToken.find(token);
  const found = ofUser ?? (await provider.ClientCredentials.find(token));
  if (found?.clientId === undefined || found.exp === undefined) {
    return undefined;
  }
  return {
    sub: ofUser?.accountId,
    clientId: found.clientId,
    scopes: [...found.scopes],
    expiresAt: found.exp,
  };
}
