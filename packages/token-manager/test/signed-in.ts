import type { OAuth2ConfigInput, OAuth2Credentials } from "@rak-oauth/core";
import { type AuthorizationServer, signIn } from "@rak-oauth/test-kit";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import type { TokenEndpoint } from "../src/index.js";

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
  resources: readonly string[] = endpoint.config.resources,
): Promise<OAuth2Credentials> {
  const { authUrl = "", clientId, scopes } = endpoint.config;
  const [state, codeVerifier] = [randomState(), randomPKCECodeVerifier()];
  const url = new URL(authUrl);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  for (const resource of resources) url.searchParams.append("resource", resource);
  const { redirects } = await signIn({
    url: url.href,
    user: "alice",
    fetch: async (input, init) =>
      String(input).startsWith(redirectUri) ? new Response() : fetch(input, init),
  });
  const callbackUrl = new URL(redirects.at(-1) ?? "");
  return endpoint.exchangeCode({ callbackUrl, state, codeVerifier, scopes });
}
