import { createPublicKey, generateKeyPair, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { promisify } from "node:util";
import { accessTokenVerifier, type VerifiedAccessToken } from "./access-token-verifier.js";
import { type AuthorizationServerClient, clientMetadata } from "./authorization-server-client.js";
import {
  type AuthorizationServerUser,
  createConfiguration,
} from "./authorization-server-configuration.js";
import type { AuthorizationServerResource } from "./authorization-server-resource.js";
import { AuthorizationServerStorage } from "./authorization-server-storage.js";
import { listenForClients } from "./authorization-server-transport.js";
import { approveDevice, denyDevice } from "./device-decision.js";
import { interactionListener } from "./interaction-listener.js";
import { registerJwtBearerGrant, type TrustedAssertionIssuer } from "./jwt-bearer-grant.js";
import { Provider } from "./provider.js";
import type { KeyedCertificate } from "./throw-away-certificates.js";
import { registerTokenExchangeGrant } from "./token-exchange-grant.js";
import { recordTokenRequests, type TokenRequest } from "./token-requests.js";

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
  /**
   * APIs that access tokens can be for (RFC 8707). A request for another one is refused.
   *
   * @defaultValue requests for resources are not looked at
   */
  readonly resources?: readonly AuthorizationServerResource[] | undefined;
  /** Who may sign assertions for the JWT bearer grant (RFC 7523). @defaultValue nobody */
  readonly trustedAssertionIssuers?: readonly TrustedAssertionIssuer[] | undefined;
  /** @defaultValue 3600 */
  readonly accessTokenTtlSeconds?: number | undefined;
  /**
   * Whether a refresh gives a new refresh token and ends the old one. Using an old one again then
   * ends the whole grant.
   *
   * @defaultValue true
   */
  readonly rotateRefreshToken?: boolean | undefined;
  /** Whether authorization requests can be pushed (RFC 9126). @defaultValue true */
  readonly takesPushedAuthorizationRequests?: boolean | undefined;
  /** Whether authorization requests must be pushed first (RFC 9126). @defaultValue false */
  readonly requirePushedAuthorizationRequests?: boolean | undefined;
  readonly dpop?: DpopOptions | undefined;
  /** Whether anybody may register a client (RFC 7591). @defaultValue false */
  readonly registersClients?: boolean | undefined;
  /** What device authorization responses have as `interval`. @defaultValue none, which means 5 */
  readonly devicePollIntervalSeconds?: number | undefined;
  /**
   * Whether to serve over https, with a throw-away certificate authority. Clients can then
   * authenticate with certificates (RFC 8705).
   *
   * @defaultValue false
   */
  readonly tls?: boolean | undefined;
  /** @defaultValue a free port */
  readonly port?: number | undefined;
}

/** What the server wants of DPoP proofs (RFC 9449). */
export interface DpopOptions {
  /** Whether proofs must carry a nonce of the server. @defaultValue false */
  readonly requireNonce?: boolean | undefined;
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
  /** Who vouches for the server's certificate (PEM); `undefined` without `tls`. */
  readonly certificateAuthority: string | undefined;
  /** Adds a client or replaces the one with its id, as when a redirect URI is known only later. */
  registerClient(client: AuthorizationServerClient): Promise<void>;
  /** Tells a resource server in this process about a token; `undefined` when it is not active. */
  verifyAccessToken(token: string): Promise<VerifiedAccessToken | undefined>;
  /** Ends every grant of a user, with all its tokens. Gives the number of grants. */
  revokeGrants(userId: string): Promise<number>;
  /**
   * Connects the device that shows a code to a user, through the pages that a person would use.
   *
   * @throws Error when no device waits with that code
   */
  approveDevice(userCode: string, userId: string): Promise<void>;
  /**
   * Says that the device that shows a code is nobody's.
   *
   * @throws Error when no device waits with that code
   */
  denyDevice(userCode: string): Promise<void>;
  /**
   * A client certificate that the server's authority signed.
   *
   * @param subject - a distinguished name, as in `CN=agent,O=Example`
   * @throws Error without `tls`
   */
  createClientCertificate(subject: string): Promise<KeyedCertificate>;
  /**
   * A client certificate that vouches for itself.
   *
   * @throws Error without `tls`
   */
  createSelfSignedCertificate(subject: string): Promise<KeyedCertificate>;
  /** A `fetch` that trusts the server, and shows it a certificate where one is given. */
  createFetch(clientCertificate?: KeyedCertificate): typeof fetch;
  stop(): Promise<void>;
}

const defaultUsers: readonly AuthorizationServerUser[] = [
  { id: "alice", name: "Alice Example", email: "alice@example.com" },
  { id: "bob", name: "Bob Example", email: "bob@example.com" },
];

const generateKeys = promisify(generateKeyPair);

/**
 * Starts a real OpenID provider on 127.0.0.1, with pages to sign in, to consent and to connect a
 * device on. It requires PKCE S256, sends `iss` with its answers (RFC 9207), rotates refresh tokens,
 * and has endpoints for pushed authorization requests (RFC 9126), introspection (RFC 7662),
 * revocation (RFC 7009) and userinfo.
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
  const { tls = false } = options;
  const transport = await listenForClients(
    (request, response) => {
      listener(request, response);
    },
    options.port ?? 0,
    tls,
  );
  const { url } = transport;
  try {
    const users = options.users ?? defaultUsers;
    const scopes = ["calendar.read", ...(options.extraScopes ?? [])];
    const storage = new AuthorizationServerStorage();
    const { privateKey } = await generateKeys("rsa", { modulusLength: 2048 });
    const configuration = createConfiguration({
      storage,
      users,
      signingKey: privateKey,
      scopes,
      resources: options.resources,
      accessTokenTtlSeconds: options.accessTokenTtlSeconds ?? 3600,
      rotateRefreshToken: options.rotateRefreshToken ?? true,
      takesPushedAuthorizationRequests: options.takesPushedAuthorizationRequests ?? true,
      requirePushedAuthorizationRequests: options.requirePushedAuthorizationRequests ?? false,
      requireDpopNonce: options.dpop?.requireNonce ?? false,
      registersClients: options.registersClients ?? false,
      tls,
    });
    const provider = new Provider(url, configuration);
    const verifyAccessToken = accessTokenVerifier(provider, createPublicKey(privateKey));
    registerTokenExchangeGrant(provider, {
      verifyAccessToken,
      listsResources: options.resources !== undefined,
    });
    registerJwtBearerGrant(provider, {
      trustedIssuers: options.trustedAssertionIssuers ?? [],
      scopes: ["profile", "email", ...scopes],
    });
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
    setDevicePollInterval(provider, options.devicePollIntervalSeconds);
    const tokenRequests = recordTokenRequests(provider);
    listener = requestListener(provider, users);
    const devicePage = { url: `${url}/device`, fetch: transport.createFetch() };
    return {
      ...transport,
      issuer: url,
      users,
      get clients() {
        return [...clients.values()];
      },
      tokenRequests,
      registerClient,
      verifyAccessToken,
      revokeGrants: (userId) => storage.revokeGrantsOf(userId),
      approveDevice: (userCode, userId) => approveDevice(devicePage, userCode, userId),
      denyDevice: (userCode) => denyDevice(devicePage, userCode),
    };
  } catch (error) {
    await transport.stop();
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
    const { pathname } = new URL(request.url ?? "/", provider.issuer);
    if (pathname.startsWith("/interaction/")) {
      interactions(request, response);
      return;
    }
    void protocol(request, response);
  };
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc8628.html#section-3.2} */
function setDevicePollInterval(provider: Provider, intervalSeconds: number | undefined): void {
  if (intervalSeconds !== undefined) {
    provider.on("device_authorization.success", (_context, answer) => {
      answer["interval"] = intervalSeconds;
    });
  }
}
