import type { OAuth2ConfigInput, OAuth2Credentials, Secret } from "@rak-oauth/core";
import { type AuthorizationServer, signIn } from "@rak-oauth/test-kit";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import type { ExchangeCodeOptions, TokenEndpoint } from "../src/index.js";

/** Redirects end here; nobody needs to listen, because the URL says it all. */
export const redirectUri = "http://127.0.0.1/callback";

/** Where everything is at an authorization server of the test kit. */
export function endpointsOf({
  issuer,
}: AuthorizationServer): Omit<OAuth2ConfigInput, "clientId"> & { readonly issuer: string } {
  return {
    provider: "example",
    issuer,
    authUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    deviceAuthorizationUrl: `${issuer}/device/auth`,
    revocationUrl: `${issuer}/token/revocation`,
    introspectionUrl: `${issuer}/token/introspection`,
    redirectUri,
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
}

/** Signs alice in and exchanges the code. */
export async function connectAlice(
  endpoint: TokenEndpoint,
  resources?: readonly string[],
): Promise<OAuth2Credentials> {
  return endpoint.exchangeCode(await signAliceIn(endpoint, { resources }));
}

/** What alice's browser brings back, and what it was sent with. */
export async function signAliceIn(
  endpoint: TokenEndpoint,
  options: {
    readonly resources?: readonly string[] | undefined;
    readonly dpopKey?: Secret | undefined;
  } = {},
): Promise<ExchangeCodeOptions> {
  const { clientId, scopes } = endpoint.config;
  const { resources = endpoint.config.resources, dpopKey } = options;
  const [state, codeVerifier] = [randomState(), randomPKCECodeVerifier()];
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
  });
  for (const resource of resources) parameters.append("resource", resource);
  const url = await endpoint.createAuthorizationUrl(parameters, { dpopKey });
  const { redirects } = await signIn({
    url: url.href,
    user: "alice",
    fetch: async (input, init) =>
      String(input).startsWith(redirectUri) ? new Response() : fetch(input, init),
  });
  const callbackUrl = new URL(redirects.at(-1) ?? "");
  return { callbackUrl, state, codeVerifier, scopes, dpopKey };
}
