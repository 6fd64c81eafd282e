import {
  type Clock,
  ConfigurationError,
  isOAuth2Error,
  isSecureUrl,
  systemClock,
} from "@rak-oauth/core";
import { openKeySet, publicKeyAlgorithms } from "@rak-oauth/token-manager";
import { type JWTPayload, jwtVerify } from "jose";
import { readCookie } from "./read-cookie.js";
import { createSessionVerifier, type SessionVerifier } from "./session-verifier.js";

/** Options of {@link verifyJwt}. One of `cookieName`, `header` and `tokenOf` says where the token is. */
export interface VerifyJwtOptions {
  /** The issuer, exactly as in the tokens' `iss`, such as `https://acme.eu.auth0.com/`. */
  readonly issuer: string;
  /** Accepted values of `aud`, such as your application's client id. */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * Accepted values of `azp`. Needed, instead of `audience`, where tokens name no audience, as those of
   * Clerk.
   */
  readonly authorizedParties?: readonly string[] | undefined;
  /** Address of the issuer's key set. @defaultValue what the issuer's metadata says */
  readonly jwksUrl?: string | undefined;
  readonly cookieName?: string | undefined;
  /** Name of the header that a proxy in front puts the token into, after `Bearer` or alone. */
  readonly header?: string | undefined;
  /** Takes the token out of the request where it is neither a cookie nor a header. */
  readonly tokenOf?: ((request: Request) => string | undefined) | undefined;
  /** The claim that holds the user's id. @defaultValue "sub" */
  readonly userClaim?: string | undefined;
  /**
   * The claim that holds the tenant's id, or the path to it through objects. Without it, tokens are of
   * users without tenant.
   */
  readonly tenantClaim?: string | readonly string[] | undefined;
  /** Accepted signature algorithms. @defaultValue all with public keys */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the issuer's clock may be off, in seconds. @defaultValue 5 */
  readonly clockToleranceSeconds?: number | undefined;
  /** Whether plain http to loopback addresses is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

const longestTokenLength = 16_384;

/**
 * Recognises the user by a signed token of your identity provider: an ID token or a session token
 * (JWT), checked for signature, issuer, audience and time. Keys are fetched when one is needed, at most
 * once in 30 seconds, whatever tokens come.
 *
 * @throws ConfigurationError when an option cannot work. The verifier itself throws AuthorizationError
 * `server_error` while there are no keys.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function verifyJwt(options: VerifyJwtOptions): SessionVerifier {
  const {
    algorithms = publicKeyAlgorithms,
    allowInsecureLoopback = false,
    audience,
    authorizedParties,
    clock = systemClock,
    clockToleranceSeconds = 5,
    issuer,
    jwksUrl,
    tenantClaim,
    userClaim = "sub",
  } = options;
  const tokenOf = chooseSource(options);
  if (audience === undefined && (authorizedParties ?? []).length === 0) {
    throw faulty(
      "audience is missing, and without it a token made for another application would do. Give the value of aud in your application's tokens, or authorizedParties where they hold azp instead.",
    );
  }
  if (algorithms.length === 0 || algorithms.some((name) => !publicKeyAlgorithms.includes(name))) {
    throw faulty(
      `algorithms is ${JSON.stringify(algorithms)} and must name some of ${publicKeyAlgorithms.join(", ")}.`,
    );
  }
  assertSecure("issuer", issuer, allowInsecureLoopback);
  if (jwksUrl !== undefined) assertSecure("jwksUrl", jwksUrl, allowInsecureLoopback);
  const keys = openKeySet({
    issuer,
    jwksUrl,
    allowInsecureLoopback,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    clock,
  });
  return createSessionVerifier(async (request) => {
    const token = tokenOf(request);
    if (token === undefined || token.length > longestTokenLength) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        ...(audience !== undefined && {
          audience: typeof audience === "string" ? audience : [...audience],
        }),
        algorithms: [...algorithms],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ["exp", userClaim],
      });
      if (authorizedParties && !authorizedParties.includes(String(payload["azp"]))) {
        return undefined;
      }
      const userId = textAt(payload, [userClaim]);
      const tenantId =
        tenantClaim === undefined ? undefined : textAt(payload, [tenantClaim].flat());
      return userId === undefined ? undefined : { userId, tenantId };
    } catch (error) {
      // Without keys nothing is known; everything else is a token that is not good.
      if (isOAuth2Error(error)) throw error;
      return undefined;
    }
  });
}

function chooseSource(options: VerifyJwtOptions): (request: Request) => string | undefined {
  const { cookieName, header, tokenOf } = options;
  const given = [cookieName, header, tokenOf].filter((source) => source !== undefined);
  if (given.length !== 1) {
    throw faulty(
      `${given.length === 0 ? "none" : "more than one"} of cookieName, header and tokenOf is given. Give the one place where the token is.`,
    );
  }
  if (tokenOf !== undefined) return tokenOf;
  if (cookieName !== undefined) return (request) => readCookie(request, cookieName);
  return (request) => request.headers.get(header ?? "")?.replace(/^Bearer +/i, "");
}

function textAt(claims: JWTPayload, path: readonly string[]): string | undefined {
  let value: unknown = claims;
  for (const name of path) {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = isObject ? (value as Record<string, unknown>)[name] : undefined;
  }
  return typeof value === "string" && value !== "" ? value : undefined;
}

function assertSecure(name: string, url: string, allowInsecureLoopback: boolean): void {
  if (typeof url === "string" && URL.canParse(url) && isSecureUrl(url, allowInsecureLoopback)) {
    return;
  }
  throw faulty(
    `${name} is ${JSON.stringify(url)} and must be an absolute https URL. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
  );
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`verifyJwt: ${problem}`);
}
