import type { KeyObject } from "node:crypto";
import {
  ConfigurationError,
  type OAuth2Config,
  type PrivateKey,
  readPrivateKey,
} from "@rak-oauth/core";
import { importPKCS8 } from "jose";
import {
  type ClientAuth,
  ClientSecretJwt,
  ClientSecretPost,
  type ModifyAssertionOptions,
  modifyAssertion,
  None,
  PrivateKeyJwt,
  TlsClientAuth,
} from "openid-client";

/**
 * How the client proves itself, as its configuration says. A certificate is shown by the connection.
 *
 * @throws ConfigurationError when `clientPrivateKey` is of a kind that cannot sign assertions.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 */
export function clientAuthentication(config: OAuth2Config): ClientAuth {
  const { clientAuthentication: method, clientPrivateKey } = config;
  if (method === "none") return None();
  if (method === "tls_client_auth" || method === "self_signed_tls_client_auth") {
    return TlsClientAuth();
  }
  if (method === "private_key_jwt") {
    const key = clientPrivateKey && readPrivateKey(clientPrivateKey);
    return key === undefined ? None() : privateKeyJwt(config, key);
  }
  const secret = config.clientSecret?.secret();
  if (secret === undefined) return None();
  if (method === "client_secret_post") return ClientSecretPost(secret);
  if (method === "client_secret_jwt") return ClientSecretJwt(secret, addressing(config));
  // Form encoding as in RFC 6749 §2.3.1 and no further: some servers do not decode what
  // openid-client's stricter encoding does to "-", "_" and ".".
  return (_server, _client, _body, headers) => {
    const pair = `${formEncode(config.clientId)}:${formEncode(secret)}`;
    headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
  };
}

function privateKeyJwt(config: OAuth2Config, { key, keyId, algorithm }: PrivateKey): ClientAuth {
  const algorithms = signatureAlgorithms(key);
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
  let authenticate: Promise<ClientAuth> | undefined;
  return async (...request) => {
    authenticate ??= importPKCS8(pem, chosen).then((signingKey) =>
      PrivateKeyJwt(
        { key: signingKey, ...(kid !== undefined && { kid }) },
        addressing(config, chosen),
      ),
    );
    await (await authenticate)(...request);
  };
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

/**
 * The issuer alone is the audience, so that no other server can use the assertion; some providers
 * still want their token endpoint's address.
 */
function addressing(config: OAuth2Config, algorithm?: string): ModifyAssertionOptions {
  return {
    [modifyAssertion](header, payload) {
      // RFC 9864 names Ed25519 so, and few servers know that name yet.
      if (header["alg"] === "Ed25519" && algorithm !== undefined) header["alg"] = algorithm;
      if (config.quirks.clientAssertionAudience === "token_endpoint") {
        payload["aud"] = config.tokenUrl;
      }
    },
  };
}

function formEncode(value: string): string {
  return new URLSearchParams({ "": value }).toString().slice(1);
}
