import {
  type Clock,
  ConfigurationError,
  readPrivateKey,
  Secret,
  systemClock,
} from "@rak-oauth/core";
import { SignJWT } from "jose";

/** A service account, and what it asks for. */
export interface ServiceAccountAssertionOptions {
  /** Who signs, the assertion's `iss`. */
  readonly email: string;
  /** An RSA key, as PKCS #8 PEM or as a JSON Web Key in JSON. */
  readonly privateKey: Secret | string;
  /** Key identifier in the assertion. @defaultValue `kid` of a JSON Web Key */
  readonly keyId?: string | undefined;
  readonly scopes: readonly string[];
  /** The user to act as, where the account may. @defaultValue the service account itself */
  readonly subject?: string | undefined;
  /** The token endpoint, the assertion's `aud`. */
  readonly tokenUrl: string;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The longest that Google accepts. */
const lifetimeSeconds = 60 * 60;

/**
 * Makes a function that signs a fresh assertion at each call, for
 * `TokenEndpoint.requestJwtBearer`.
 *
 * @throws ConfigurationError when the key is no RSA key.
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function serviceAccountAssertion(
  options: ServiceAccountAssertionOptions,
): () => Promise<Secret> {
  const { email, scopes, subject, tokenUrl, clock = systemClock } = options;
  const privateKey = options.privateKey;
  const read = readPrivateKey(typeof privateKey === "string" ? new Secret(privateKey) : privateKey);
  if (read?.key.asymmetricKeyType !== "rsa") {
    throw new ConfigurationError(
      `serviceAccountAssertion for ${JSON.stringify(email)}: privateKey is no RSA private key. Give the one of the account's key file, as PKCS #8 PEM.`,
    );
  }
  const kid = options.keyId ?? read.keyId;
  return async () => {
    const issuedAt = Math.floor(clock.now() / 1000);
    const claims = {
      iss: email,
      scope: scopes.join(" "),
      aud: tokenUrl,
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
      ...(subject !== undefined && { sub: subject }),
    };
    const header = { alg: "RS256", typ: "JWT", ...(kid !== undefined && { kid }) };
    return new Secret(await new SignJWT(claims).setProtectedHeader(header).sign(read.key));
  };
}
