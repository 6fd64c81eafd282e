import type { OAuth2Config } from "@rak-oauth/core";
import { type ClientAuth, ClientSecretPost, None } from "openid-client";

/**
 * How the client proves itself, as its configuration says.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export function clientAuthentication(config: OAuth2Config): ClientAuth {
  const secret = config.clientSecret?.secret();
  if (config.clientAuthentication === "none" || secret === undefined) return None();
  if (config.clientAuthentication === "client_secret_post") return ClientSecretPost(secret);
  // Form encoding as in RFC 6749 §2.3.1 and no further: some servers do not decode what
  // openid-client's stricter encoding does to "-", "_" and ".".
  return (_server, _client, _body, headers) => {
    const pair = `${formEncode(config.clientId)}:${formEncode(secret)}`;
    headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
  };
}

function formEncode(value: string): string {
  return new URLSearchParams({ "": value }).toString().slice(1);
}
