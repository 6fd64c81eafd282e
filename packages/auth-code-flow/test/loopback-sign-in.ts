import { request } from "node:http";
import { defineOAuth2Config, type OAuth2ConfigInput } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { type AuthorizeWithLoopbackOptions, authorizeWithLoopback } from "../src/index.js";

/** The endpoint of a public client `cli` at an authorization server of this machine. */
export function cliEndpoint(
  issuer: string,
  overrides: Partial<OAuth2ConfigInput> = {},
): TokenEndpoint {
  return new TokenEndpoint({
    config: defineOAuth2Config({
      provider: "calendar",
      displayName: "Calendar",
      clientId: "cli",
      issuer,
      authUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      scopes: ["openid", "email", "offline_access", "calendar.read"],
      issParameterSupported: true,
      allowInsecureLoopback: true,
      ...overrides,
    }),
  });
}

/** Begins a sign-in without a browser; gives the authorization URL, and the outcome later. */
export async function beginSignIn(
  options: AuthorizeWithLoopbackOptions,
): Promise<{ readonly url: URL; readonly outcome: ReturnType<typeof authorizeWithLoopback> }> {
  return new Promise((resolve, reject) => {
    const outcome = authorizeWithLoopback({
      openBrowser: false,
      ...options,
      onUrl: (url) => resolve({ url: new URL(url), outcome }),
    });
    outcome.catch(reject);
  });
}

/** The callback that the provider would send the browser to. */
export function callbackOf(url: URL, parameters: Readonly<Record<string, string>>): URL {
  const callback = new URL(url.searchParams.get("redirect_uri") ?? "");
  const state = url.searchParams.get("state") ?? "";
  callback.search = new URLSearchParams({ state, ...parameters }).toString();
  return callback;
}

/** Sends a request with a `Host` of its own, as a browser that was led astray does; gives the status. */
export function sendWithHost(url: URL, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
