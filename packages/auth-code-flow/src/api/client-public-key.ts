import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";

/** A public key and what it may verify. */
export interface ClientPublicKey {
  readonly key: KeyObject;
  readonly keyId?: string | undefined;
  /** JWS algorithms (RFC 7518 §3.1) that fit the key. */
  readonly algorithms: readonly string[];
}

const smallestRsaBits = 2048;

const curveAlgorithms: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
};

/**
 * Reads a public JSON Web Key (RFC 7517). The algorithms follow from the key, never from an
 * assertion.
 *
 * @throws TypeError with the rest of a sentence about the key; it shows nothing of it
 */
export function readClientPublicKey(jwk: JsonWebKey): ClientPublicKey {
  if (jwk["d"] !== undefined || jwk.kty === "oct") {
    throw new TypeError(
      "is a private or shared key. Keep that at the client, and give the public key alone",
    );
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw new TypeError("is no public JSON Web Key of type EC, OKP or RSA");
  }
  const fitting = algorithmsOf(key, jwk);
  const algorithms = fitting.filter((algorithm) => (jwk["alg"] ?? algorithm) === algorithm);
  if (algorithms.length === 0) {
    throw new TypeError(
      `must be an EC key on P-256, P-384 or P-521, an Ed25519 key, or an RSA key of ${smallestRsaBits} bits or more, with an alg that fits, or none`,
    );
  }
  const keyId = jwk["kid"];
  return { key, keyId: typeof keyId === "string" ? keyId : undefined, algorithms };
}

function algorithmsOf(key: KeyObject, { crv }: JsonWebKey): readonly string[] {
  switch (key.asymmetricKeyType) {
    case "ec": {
      const algorithm = curveAlgorithms[crv ?? ""];
      return algorithm === undefined ? [] : [algorithm];
    }
    case "ed25519":
      return ["EdDSA", "Ed25519"];
    case "rsa":
      return (key.asymmetricKeyDetails?.modulusLength ?? 0) < smallestRsaBits
        ? []
        : ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    default:
      return [];
  }
}
