import * as client from "openid-client";
import { type AuthorizationServer, type KeyedCertificate, signIn } from "../src/index.js";

/** Redirects end here; nobody needs to listen, because the URL says it all. */
export const redirectUri = "http://127.0.0.1/callback";

export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

export function discover(
  server: AuthorizationServer,
  clientId: string,
  authentication: client.ClientAuth = client.None(),
  clientCertificate?: KeyedCertificate,
): Promise<client.Configuration> {
  const fetchAsClient = server.createFetch(clientCertificate);
  return client.discovery(new URL(server.issuer), clientId, {}, authentication, {
    execute: [client.allowInsecureRequests],
    [client.customFetch]: (url, options) => fetchAsClient(url, options as RequestInit),
  });
}

export type BuildUrl = (
  configuration: client.Configuration,
  parameters: Record<string, string>,
) => URL | Promise<URL>;

export interface AuthorizeOptions {
  readonly scope: string;
  readonly user?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Makes the authorization URL. @defaultValue with all parameters in it */
  readonly buildUrl?: BuildUrl | undefined;
  readonly tokenParameters?: Readonly<Record<string, string>> | undefined;
  readonly dpop?: client.DPoPHandle | undefined;
}

/** Signs a user in, and exchanges the code. */
export async function authorize(
  server: AuthorizationServer,
  configuration: client.Configuration,
  options: AuthorizeOptions,
): Promise<Tokens> {
  const { callback, verifier } = await requestCode(server, configuration, options);
  return client.authorizationCodeGrant(
    configuration,
    callback,
    { pkceCodeVerifier: verifier },
    options.tokenParameters,
    options.dpop && { DPoP: options.dpop },
  );
}

export interface RequestedCode {
  /** The redirect back to the application. */
  readonly callback: URL;
  readonly verifier: string;
}

/** Signs a user in, up to the redirect back. */
export async function requestCode(
  server: AuthorizationServer,
  configuration: client.Configuration,
  options: AuthorizeOptions,
): Promise<RequestedCode> {
  const verifier = client.randomPKCECodeVerifier();
  const buildUrl = options.buildUrl ?? client.buildAuthorizationUrl;
  const url = await buildUrl(configuration, {
    redirect_uri: redirectUri,
    scope: options.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...options.parameters,
  });
  const { redirects } = await signIn({
    url: url.href,
    user: options.user ?? "alice",
    fetch: stopAtCallback(server.createFetch()),
  });
  return { callback: new URL(redirects.at(-1) ?? url.href), verifier };
}

function stopAtCallback(fetchPage: typeof fetch): typeof fetch {
  return async (input, init) =>
    String(input).startsWith(redirectUri) ? new Response() : fetchPage(input, init);
}
