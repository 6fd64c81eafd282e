import { defineOAuth2Config, type OAuth2Config } from "@rak-oauth/core";
import type { ClientRegistration } from "./client-registration.js";
import { type MetadataCache, sharedMetadata } from "./metadata-cache.js";
import { parseIssuer } from "./parse-issuer.js";
import { type DiscoveryAlgorithm, discoveryError, readServerMetadata } from "./server-metadata.js";
import { toConfig } from "./to-config.js";

/** What {@link discover} needs beside the issuer. */
export interface DiscoverOptions extends ClientRegistration {
  /** Short name in keys and results, such as `example`. */
  readonly provider: string;
  /** Name shown to people. @defaultValue `provider` */
  readonly displayName?: string | undefined;
  /**
   * Where the metadata is: `oidc` for `<issuer>/.well-known/openid-configuration`, `oauth2` for
   * `/.well-known/oauth-authorization-server` (RFC 8414 §3), `any` for the first of these and their
   * other forms that is there.
   *
   * @defaultValue "oidc"
   */
  readonly algorithm?: DiscoveryAlgorithm | undefined;
  /** Whether plain http to loopback addresses is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Limit for the whole answer, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Keeps metadata as long as its server says. @defaultValue one for the whole process */
  readonly cache?: MetadataCache | undefined;
  /** @defaultValue the global `fetch`; where the issuer comes from outside, give `publicFetch()` */
  readonly fetch?: typeof fetch | undefined;
}

/** One for all, so that those who give none share what is kept. */
export const globalFetch: typeof fetch = (...request) => fetch(...request);

/**
 * Asks an authorization server for its endpoints and joins them with one client registration there:
 * one request, shared by all who ask at the same moment, at most 1 MB, no redirects. PKCE is always on,
 * also where the server does not speak of it.
 *
 * @throws ConfigurationError when the issuer or the registration cannot be right; nothing is sent.
 * @throws OAuth2Error `discovery_failed` when the server does not give usable metadata of this issuer.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 */
export async function discover(
  issuer: string | URL,
  options: DiscoverOptions,
): Promise<OAuth2Config> {
  const {
    algorithm = "oidc",
    timeoutMs = 10_000,
    fetch: send = globalFetch,
    cache = sharedMetadata,
    ...registration
  } = options ?? {};
  const server = parseIssuer(issuer, registration.allowInsecureLoopback ?? false);
  // Faults of the registration are told before anything is sent; the issuer stands in for endpoints.
  const { href } = server;
  defineOAuth2Config({
    ...registration,
    issuer: href,
    authUrl: href,
    tokenUrl: href,
    deviceAuthorizationUrl: href,
    pushedAuthorizationUrl: href,
  });
  const fail = (problem: string) => discoveryError(href, problem);
  const metadata = await readServerMetadata(server, {
    algorithm,
    timeoutMs,
    cache,
    fetch: send,
    fail,
  });
  return toConfig(metadata, registration, fail);
}
