import { type KeyObject, randomBytes } from "node:crypto";
import type { Configuration } from "oidc-provider";
import {
  type AuthorizationServerResource,
  resourceIndicators,
} from "./authorization-server-resource.js";
import type { AuthorizationServerStorage } from "./authorization-server-storage.js";
import { deviceFlow } from "./device-flow.js";
import { mutualTls } from "./mutual-tls.js";
import { keepOfflineAccess } from "./offline-access.js";
import { pageHeaders } from "./page.js";
import { InvalidClientAuth } from "./provider.js";
import { errorPage } from "./sign-in-pages.js";

/** A person who can sign in at the authorization server, without a password. */
export interface AuthorizationServerUser {
  /** The subject of tokens, and what {@link signIn} calls the user by. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What {@link createConfiguration} needs. */
export interface ConfigurationOptions {
  readonly storage: AuthorizationServerStorage;
  readonly users: readonly AuthorizationServerUser[];
  /** An RSA private key. */
  readonly signingKey: KeyObject;
  readonly scopes: readonly string[];
  readonly resources: readonly AuthorizationServerResource[] | undefined;
  readonly accessTokenTtlSeconds: number;
  readonly rotateRefreshToken: boolean;
  readonly takesPushedAuthorizationRequests: boolean;
  readonly requirePushedAuthorizationRequests: boolean;
  readonly requireDpopNonce: boolean;
  readonly registersClients: boolean;
  readonly tls: boolean;
}

const daySeconds = 24 * 60 * 60;

/** The provider's settings; nothing is left to a default that it would warn about. */
export function createConfiguration(options: ConfigurationOptions): Configuration {
  return {
    adapter: (name: string) => options.storage.model(name),
    jwks: { keys: [{ ...options.signingKey.export({ format: "jwk" }), use: "sig" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: ["openid", "offline_access", ...options.scopes],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    responseTypes: ["code"],
    clientAuthMethods: [
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
      ...(options.tls ? (["tls_client_auth", "self_signed_tls_client_auth"] as const) : []),
    ],
    assertJwtClientAuthClaimsAndHeader(context, claims) {
      assertIssuerIsAudience(claims["aud"], context.oidc.issuer);
    },
    // The provider's only hook that sees a pushed request and comes after its check of scopes.
    extraParams: { prompt: keepOfflineAccess },
    pkce: { required: () => true },
    rotateRefreshToken: options.rotateRefreshToken,
    issueRefreshToken: async (_context, client, source) =>
      client.grantTypeAllowed("refresh_token") && source.scopes.has("offline_access"),
    extraTokenClaims: (_context, token) => token.extra,
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
      DeviceCode: 10 * 60,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: 14 * daySeconds,
      Grant: 14 * daySeconds,
      Session: daySeconds,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: resourceIndicators(options.resources),
      clientCredentials: { enabled: true },
      deviceFlow,
      pushedAuthorizationRequests: {
        enabled: options.takesPushedAuthorizationRequests,
        requirePushedAuthorizationRequests: options.requirePushedAuthorizationRequests,
      },
      requestObjects: { enabled: true },
      registration: { enabled: options.registersClients, initialAccessToken: false },
      dPoP: {
        enabled: true,
        ...(options.requireDpopNonce
          ? { nonceSecret: randomBytes(32), requireNonce: () => true }
          : {}),
      },
      mTLS: options.tls ? mutualTls : { enabled: false },
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

/**
 * The provider would also take the token endpoint as audience of a client's assertion.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rfc7523bis#section-4}
 */
function assertIssuerIsAudience(audience: unknown, issuer: string): void {
  const named = [audience].flat();
  if (named.length !== 1 || named[0] !== issuer) {
    throw new InvalidClientAuth("The audience of a client assertion is the issuer alone.");
  }
}

function claimsOf(user: AuthorizationServerUser): {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
} {
  return { sub: user.id, name: user.name, email: user.email, email_verified: true };
}
