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
 * How the client proves itself, as its configuration says. A certificate is shown by the connection.
 *
 * @throws ConfigurationError when `clientPrivateKey` is of a kind that cannot sign assertions.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
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
  const signingKey = openSigningKey(config, key);
  let authenticate: Promise<ClientAuth> | undefined;
  return async (...request) => {
    authenticate ??= signingKey
      .load()
      .then((loaded) => PrivateKeyJwt(loaded, addressing(config, signingKey.algorithm)));
    await (await authenticate)(...request);
  };
}

/**
 * The issuer alone is the audience, so that no other server can use the assertion; some providers
 * still want their token endpoint's address.
 */
function addressing(config: OAuth2Config, algorithm?: string): ModifyAssertionOptions {
  return {
    [modifyAssertion](header, payload) {
      nameAlgorithm(header, algorithm);
      if (config.quirks.clientAssertionAudience === "token_endpoint") {
        payload["aud"] = config.tokenUrl;
      }
    },
  };
}

function formEncode(value: string): string {
  return new URLSearchParams({ "": value }).toString().slice(1);
}
