import { readPrivateKey } from "@rak-oauth/core";
import {
  buildAuthorizationUrl,
  buildAuthorizationUrlWithJAR,
  buildAuthorizationUrlWithPAR,
  modifyAssertion,
} from "openid-client";
import { textOf } from "./endpoint-answer.js";
import type { ProviderClient } from "./provider-client.js";
import { nameAlgorithm, openSigningKey } from "./signing-key.js";
import { parseExpiresIn } from "./token-response.js";

/** The least that RFC 9126 §2.2 has in mind; nothing here depends on it. */
const usualLifetimeSeconds = 60;

/** The address that takes a browser to the provider with this request, signed and pushed as configured. */
export async function createAuthorizationUrl(
  client: ProviderClient,
  parameters: URLSearchParams,
): Promise<URL> {
  const { config } = client;
  if (parameters.has("nonce")) client.expectIdToken();
  const url = config.signAuthorizationRequests
    ? await sign(client, parameters)
    : buildAuthorizationUrl(nowhere(client), parameters);
  return config.pushedAuthorizationUrl === undefined ? url : push(client, url.searchParams);
}

/** @see https://www.rfc-editor.org/rfc/rfc9101#section-5 */
async function sign(client: ProviderClient, parameters: URLSearchParams): Promise<URL> {
  const { config } = client;
  const privateKey = config.clientPrivateKey && readPrivateKey(config.clientPrivateKey);
  if (privateKey === undefined) throw new TypeError("The configuration was checked for its key.");
  const { algorithm, load } = openSigningKey(config, privateKey);
  return buildAuthorizationUrlWithJAR(nowhere(client), parameters, await load(), {
    [modifyAssertion]: (header) => nameAlgorithm(header, algorithm),
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9126#section-2 */
function push(client: ProviderClient, parameters: URLSearchParams): Promise<URL> {
  return client.ask(
    {
      endpoint: "pushed authorization request endpoint",
      field: "pushedAuthorizationUrl",
      status: 201,
    },
    (body, { refuse }) => {
      const requestUri = textOf(body["request_uri"]);
      if (requestUri === undefined) throw refuse("request_uri is missing");
      const expiresIn = parseExpiresIn(body["expires_in"]) ?? usualLifetimeSeconds;
      return { request_uri: requestUri, expires_in: expiresIn };
    },
    (configuration) => buildAuthorizationUrlWithPAR(configuration, parameters),
  );
}

/** What is only put together is sent to nobody. */
function nowhere(client: ProviderClient) {
  return client.configuration(() => Promise.reject(new TypeError("Nothing is to be sent.")));
}
