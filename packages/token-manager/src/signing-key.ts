import type { KeyObject } from "node:crypto";
import {
  ConfigurationError,
  fapi2SignatureAlgorithms,
  type OAuth2Config,
  type PrivateKey,
} from "@rak-oauth/core";
import { importPKCS8 } from "jose";
import type { PrivateKey as LoadedKey } from "openid-client";

/** The client's private key, as what the client signs with it needs it. */
export interface SigningKey {
  readonly algorithm: string;
  load(): Promise<LoadedKey>;
}

/**
 * Chooses what the client's private key signs with.
 *
 * @throws ConfigurationError when it is of a kind that cannot sign.
 */
export function openSigningKey(
  config: OAuth2Config,
  { key, keyId, algorithm }: PrivateKey,
): SigningKey {
  const isAllowed = (name: string) =>
    config.profile !== "fapi2" || fapi2SignatureAlgorithms.includes(name);
  const algorithms = signatureAlgorithms(key).filter(isAllowed);
  const chosen = algorithm ?? algorithms[0];
  if (chosen === undefined || !algorithms.includes(chosen)) {
    throw new ConfigurationError(
      algorithms.length === 0
        ? `OAuth2 configuration for "${config.provider}": clientPrivateKey is of type ${key.asymmetricKeyType}, which signs no client assertion. Give an EC key on P-256, P-384 or P-521, an RSA key, or an Ed25519 key.`
        : `OAuth2 configuration for "${config.provider}": clientPrivateKey has alg ${JSON.stringify(chosen)}, and such a key signs with ${algorithms.join(", ")}. Change alg, or remove it.`,
    );
  }
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const kid = config.clientKeyId ?? keyId;
  return {
    algorithm: chosen,
    async load() {
      const loaded = await importPKCS8(pem, chosen);
      return { key: loaded, ...(kid !== undefined && { kid }) };
    },
  };
}

/** RFC 9864 names Ed25519 so, and few servers know that name yet. */
export function nameAlgorithm(
  header: Record<string, unknown>,
  algorithm: string | undefined,
): void {
  if (header["alg"] === "Ed25519" && algorithm !== undefined) header["alg"] = algorithm;
}

/**
 * What a private key can sign with, the usual first: RS256 is what every server takes (OpenID
 * Connect Discovery §3); a JSON Web Key whose `alg` says PS256 is believed.
 */
function signatureAlgorithms(key: KeyObject): readonly string[] {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === "rsa") {
    return ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
  }
  if (key.asymmetricKeyType === "ed25519") return ["EdDSA", "Ed25519"];
  if (curve === "prime256v1") return ["ES256"];
  if (curve === "secp384r1") return ["ES384"];
  return curve === "secp521r1" ? ["ES512"] : [];
}
