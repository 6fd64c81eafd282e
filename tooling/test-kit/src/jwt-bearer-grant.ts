import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { TokenEndpointGrantContext } from "oidc-provider";
import { findAccount } from "oidc-provider/lib/helpers/grants.js";
import { issueAccessToken } from "./granted-access-token.js";
import { InvalidGrant, InvalidRequest, type Provider } from "./provider.js";

/** Someone whose word about a user the authorization server takes. */
export interface TrustedAssertionIssuer {
  /** The `iss` of its assertions. */
  readonly issuer: string;
  /** Public keys that verify them. */
  readonly jwks: JSONWebKeySet;
}

/** What {@link registerJwtBearerGrant} needs. */
export interface JwtBearerGrantOptions {
  readonly trustedIssuers: readonly TrustedAssertionIssuer[];
  /** Scopes that a client can ask for. */
  readonly scopes: readonly string[];
}

interface Parameters {
  readonly assertion?: unknown;
}

/**
 * Gives an access token for a signed assertion about a user. The audience of an assertion is the
 * issuer or the token endpoint of this server; one with a `jti` counts once. There is no refresh
 * token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523.html#section-3}
 */
export function registerJwtBearerGrant(provider: Provider, options: JwtBearerGrantOptions): void {
  const handler = async (context: TokenEndpointGrantContext<Parameters>): Promise<void> => {
    const { assertion } = context.oidc.params;
    if (typeof assertion !== "string") {
      throw new InvalidRequest("assertion is missing.");
    }
    const audience = [provider.issuer, context.oidc.urlFor("token")];
    const claims = await verifyAssertion(assertion, options.trustedIssuers, audience);
    const user = await findAccount(provider, context, claims.sub);
    if (user === undefined) {
      throw new InvalidGrant("The subject of the assertion is no user.");
    }
    const { iss, jti, exp } = claims;
    if (jti !== undefined && !(await provider.ReplayDetection.unique(iss, jti, exp))) {
      throw new InvalidGrant("The assertion was used before.");
    }
    await issueAccessToken(provider, context, {
      userId: user.accountId,
      availableScopes: new Set(options.scopes),
      defaultScopes: new Set(),
    });
  };
  provider.registerGrantType<Parameters>(
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    handler,
    ["assertion", "scope", "resource"],
    ["resource"],
  );
}

interface AssertionClaims extends JWTPayload {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
}

async function verifyAssertion(
  assertion: string,
  trustedIssuers: readonly TrustedAssertionIssuer[],
  audience: string[],
): Promise<AssertionClaims> {
  try {
    const { iss } = decodeJwt(assertion);
    const trusted = trustedIssuers.find(({ issuer }) => issuer === iss);
    if (trusted === undefined) {
      throw new InvalidGrant("The issuer of the assertion is not trusted.");
    }
    const { payload } = await jwtVerify<AssertionClaims>(
      assertion,
      createLocalJWKSet(trusted.jwks),
      { issuer: trusted.issuer, audience, requiredClaims: ["sub", "exp"] },
    );
    return payload;
  } catch (error) {
    throw error instanceof InvalidGrant ? error : new InvalidGrant("The assertion is not valid.");
  }
}
