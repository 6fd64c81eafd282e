import { createHash, X509Certificate } from "node:crypto";
import {
  type OAuth2Config,
  type PrivateKey,
  readPrivateKey,
  showsCertificate,
} from "@rak-oauth/core";
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
import { nameAlgorithm, openSigningKey } from "./signing-key.js";

/**
 * How the client proves itself, as its configuration says. A certificate is shown by the connection, or
 * named in the header of the assertion that its key signs.
 *
 * @throws ConfigurationError when `clientPrivateKey` is of a kind that cannot sign assertions.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-4.1.7
 */
export function clientAuthentication(config: OAuth2Config): ClientAuth {
  const { clientAuthentication: method, clientPrivateKey } = config;
  if (method === "none") return None();
  if (showsCertificate(method)) return TlsClientAuth();
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

function privateKeyJwt(config: OAuth2Config, key: PrivateKey): ClientAuth {
  const { clientCertificate } = config;
  const signingKey = openSigningKey(
    config,
    clientCertificate === undefined ? key : { ...key, algorithm: algorithmBeside(key) },
  );
  const naming = clientCertificate === undefined ? {} : nameCertificate(clientCertificate);
  let authenticate: Promise<ClientAuth> | undefined;
  return async (...request) => {
    authenticate ??= signingKey
      .load()
      .then((loaded) => PrivateKeyJwt(loaded, addressing(config, signingKey.algorithm, naming)));
    await (await authenticate)(...request);
  };
}

/** Microsoft Entra, which wants certificates named, prefers PS256 to the RS256 of other servers. */
function algorithmBeside({ key, algorithm }: PrivateKey): string | undefined {
  return algorithm ?? (key.asymmetricKeyType === "rsa" ? "PS256" : undefined);
}

/**
 * What an assertion's header says of the certificate that its key has. SHA-1 only tells certificates
 * apart here, and older servers look for nothing else.
 */
function nameCertificate(pem: string): Readonly<Record<string, string>> {
  const { raw } = new X509Certificate(pem);
  const thumbprint = (hash: string) => createHash(hash).update(raw).digest("base64url");
  return { typ: "JWT", "x5t#S256": thumbprint("sha256"), x5t: thumbprint("sha1") };
}

/**
 * The issuer alone is the audience, so that no other server can use the assertion; some providers
 * still want their token endpoint's address.
 */
function addressing(
  config: OAuth2Config,
  algorithm?: string,
  naming?: Readonly<Record<string, string>>,
): ModifyAssertionOptions {
  return {
    [modifyAssertion](header, payload) {
      nameAlgorithm(header, algorithm);
      Object.assign(header, naming);
      if (config.quirks.clientAssertionAudience === "token_endpoint") {
        payload["aud"] = config.tokenUrl;
      }
    },
  };
}

function formEncode(value: string): string {
  return new URLSearchParams({ "": value }).toString().slice(1);
}
