import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { ClientMetadata, Configuration } from "oidc-provider";
import type { AuthorizationServerStorage } from "./authorization-server-storage.js";
import { errorPage, pageHeaders } from "./sign-in-pages.js";

/** A person who can sign in at the authorization server, without a password. */
export interface AuthorizationServerUser {
  /** The subject of tokens, and what {@link signIn} calls the user by. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** A client registration at the authorization server. */
export interface AuthorizationServerClient {
  readonly clientId: string;
  /** Needed unless `authentication` is "none". */
  readonly clientSecret?: string | undefined;
  /** What the consent page calls it. @defaultValue `clientId` */
  readonly name?: string | undefined;
  /**
   * With any, the client may use the authorization code and refresh token grants; without, client
   * credentials.
   */
  readonly redirectUris?: readonly string[] | undefined;
  /** @defaultValue "client_secret_basic" */
  readonly authentication?: "client_secret_basic" | "client_secret_post" | "none" | undefined;
}

/** What {@link createConfiguration} needs. */
export interface ConfigurationOptions {
  readonly storage: AuthorizationServerStorage;
  readonly users: readonly AuthorizationServerUser[];
  readonly scopes: readonly string[];
  readonly accessTokenTtlSeconds: number;
  readonly rotateRefreshToken: boolean;
}

const daySeconds = 24 * 60 * 60;
const generateKeys = promisify(generateKeyPair);

/** The provider's settings; nothing is left to a default that it would warn about. */
export async function createConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const { privateKey } = await generateKeys("rsa", { modulusLength: 2048 });
  return {
    adapter: (name: string) => options.storage.model(name),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: ["openid", "offline_access", ...options.scopes],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    responseTypes: ["code"],
    pkce: { required: () => true },
    rotateRefreshToken: options.rotateRefreshToken,
    issueRefreshToken: async (_context, client, source) =>
      client.grantTypeAllowed("refresh_token") && source.scopes.has("offline_access"),
    clientBasedCORS: () => false,
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_context, id) {
      const user = options.users.find((candidate) => candidate.id === id);
      return user && { accountId: user.id, claims: () => claimsOf(user) };
    },
    ttl: {
      AccessToken: options.accessTokenTtlSeconds,
      ClientCredentials: options.accessTokenTtlSeconds,
      AuthorizationCode: 60,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: 14 * daySeconds,
      Grant: 14 * daySeconds,
      Session: daySeconds,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_context, client, token) =>
          client.clientAuthMethod !== "none" || token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
    },
    renderError(context, out) {
      context.set(pageHeaders());
      context.body = errorPage(out.error_description ?? out.error);
    },
  };
}

function claimsOf(user: AuthorizationServerUser): {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
} {
  return { sub: user.id, name: user.name, email: user.email, email_verified: true };
}

/** A registration in the words of the specification. */
export function clientMetadata(client: AuthorizationServerClient): ClientMetadata {
  const { clientId, clientSecret, name = clientId, redirectUris = [] } = client;
  const forUsers = redirectUris.length > 0;
  return {
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    client_name: name,
    redirect_uris: [...redirectUris],
    grant_types: forUsers ? ["authorization_code", "refresh_token"] : ["client_credentials"],
    response_types: forUsers ? ["code"] : [],
    token_endpoint_auth_method: client.authentication ?? "client_secret_basic",
  };
}
