import { calculatePKCECodeChallenge } from "openid-client";
import { dpopKeyOf, type FlowSecrets } from "./flow-secrets.js";
import type { RegisteredProvider } from "./registered-providers.js";

/**
 * The provider's authorization endpoint with everything it has to be told. Where requests are pushed
 * first, each call pushes anew: what it gives is for one browser, now.
 *
 * @param state - the value that will come back, browser tag included
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.3
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-10
 */
export async function createAuthorizationUrl(
  provider: Pick<RegisteredProvider, "config" | "redirectUri" | "tokenEndpoint">,
  secrets: Omit<FlowSecrets, "state" | "bindingKey">,
  state: string,
): Promise<URL> {
  const { config } = provider;
  const parameters = new URLSearchParams(config.quirks.authorizationParameters);
  parameters.set("response_type", "code");
  parameters.set("client_id", config.clientId);
  parameters.set("redirect_uri", provider.redirectUri);
  parameters.set("state", state);
  if (secrets.scopes.length > 0) {
    const { scopeParameter = "scope", scopeSeparator = " " } = config.quirks;
    parameters.set(scopeParameter, secrets.scopes.join(scopeSeparator));
  }
  if (secrets.codeVerifier !== undefined) {
    parameters.set("code_challenge", await calculatePKCECodeChallenge(secrets.codeVerifier));
    parameters.set("code_challenge_method", "S256");
  }
  if (secrets.nonce !== undefined) parameters.set("nonce", secrets.nonce);
  for (const resource of config.resources) parameters.append("resource", resource);
  const url = await provider.tokenEndpoint.createAuthorizationUrl(parameters, {
    dpopKey: dpopKeyOf(secrets),
  });
  // Both mean a space here, but some servers read "+" as it stands.
  url.search = url.search.replaceAll("+", "%20");
  return url;
}
