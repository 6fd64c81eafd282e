import { ConfigurationError, isSecureUrl, type OAuth2Config } from "@rak-oauth/core";
import { TokenEndpoint, type TokenEndpointOptions } from "@rak-oauth/token-manager";

/** One provider that users can be sent to. */
export interface RegisteredProvider {
  readonly config: OAuth2Config;
  readonly redirectUri: string;
  readonly callbackPath: string;
  readonly tokenEndpoint: TokenEndpoint;
}

/** What {@link registerProviders} needs. */
export interface RegisterProvidersOptions extends Pick<TokenEndpointOptions, "clock" | "fetch"> {
  readonly configs: readonly OAuth2Config[];
  readonly connectUrl: string;
}

/**
 * Checks that these registrations can live behind one connect URL.
 *
 * @throws ConfigurationError naming the first fault and its mend.
 */
export function registerProviders(
  options: RegisterProvidersOptions,
): ReadonlyMap<string, RegisteredProvider> {
  const connectUrl = parseConnectUrl(options.connectUrl);
  const providers = new Map<string, RegisteredProvider>();
  for (const config of options.configs) {
    if (providers.has(config.provider)) {
      throw faulty(`configs names "${config.provider}" twice. Remove one.`);
    }
    const { authUrl, redirectUri } = config;
    if (config.flow !== "authorization_code" || authUrl === undefined) {
      throw faulty(
        `the configuration of "${config.provider}" has flow "${config.flow}". Give only those of flow "authorization_code".`,
      );
    }
    if (redirectUri === undefined) {
      throw faulty(
        `the configuration of "${config.provider}" has no redirectUri. Set it to an address of this server, such as "${new URL("/oauth2/callback", connectUrl).href}", and register it at the provider.`,
      );
    }
    checkRedirectUri(config.provider, new URL(redirectUri), connectUrl);
    providers.set(config.provider, {
      config,
      redirectUri,
      callbackPath: new URL(redirectUri).pathname,
      tokenEndpoint: new TokenEndpoint({ config, clock: options.clock, fetch: options.fetch }),
    });
  }
  checkSharedCallbacks([...providers.values()]);
  return providers;
}

/** Address of the page where users confirm: `confirm`, beside the connect route. */
export function confirmUrlOf(connectUrl: string): string {
  return new URL("confirm", connectUrl).href;
}

/** Path of the script that closes windows: `close.js`, beside the connect route. */
export function closeScriptOf(connectUrl: string): string {
  return new URL("close.js", connectUrl).pathname;
}

function parseConnectUrl(connectUrl: string): URL {
  if (!URL.canParse(connectUrl) || !isSecureUrl(connectUrl, true)) {
    throw faulty(
      `connectUrl is ${JSON.stringify(connectUrl)} and must be an absolute https URL, or http on 127.0.0.1.`,
    );
  }
  const url = new URL(connectUrl);
  if (url.search !== "" || url.hash !== "") {
    throw faulty(
      `connectUrl is ${JSON.stringify(connectUrl)} and must have no query and no fragment.`,
    );
  }
  if (confirmUrlOf(url.href) === url.href) {
    throw faulty(
      `connectUrl is ${JSON.stringify(connectUrl)}, which is where users confirm. Choose another last part of the path, such as "connect".`,
    );
  }
  return url;
}

function checkRedirectUri(provider: string, redirectUri: URL, connectUrl: URL): void {
  if (redirectUri.search !== "") {
    throw faulty(
      `the redirectUri of "${provider}" has a query (${redirectUri.search}). Use a path of its own instead.`,
    );
  }
  if (
    redirectUri.hostname !== connectUrl.hostname ||
    redirectUri.protocol !== connectUrl.protocol
  ) {
    throw faulty(
      `the redirectUri of "${provider}" is on ${redirectUri.origin} and connectUrl on ${connectUrl.origin}. The cookie that ties both to one browser needs the same scheme and host name.`,
    );
  }
  if (redirectUri.origin !== connectUrl.origin) return;
  if (redirectUri.pathname === connectUrl.pathname) {
    throw faulty(
      `the redirectUri of "${provider}" and connectUrl are both ${redirectUri.href}. Give each its own path.`,
    );
  }
  if (redirectUri.href === confirmUrlOf(connectUrl.href)) {
    throw faulty(
      `the redirectUri of "${provider}" is ${redirectUri.href}, where users confirm. Give it another path.`,
    );
  }
}

/**
 * With one callback for several servers, only `iss` tells whose code it is (RFC 9700 §4.4.2).
 */
function checkSharedCallbacks(providers: readonly RegisteredProvider[]): void {
  for (const [index, provider] of providers.entries()) {
    const other = providers
      .slice(index + 1)
      .find((candidate) => candidate.callbackPath === provider.callbackPath);
    if (other === undefined) continue;
    const silent = [provider, other].find(
      ({ config }) => !config.issParameterSupported || config.issuer === undefined,
    );
    if (silent !== undefined) {
      throw faulty(
        `"${provider.config.provider}" and "${other.config.provider}" share the callback path ${provider.callbackPath}, and "${silent.config.provider}" does not promise to name itself there (RFC 9207), so a code could reach the wrong one. Give each its own redirectUri, such as "${provider.redirectUri}/${silent.config.provider}".`,
      );
    }
  }
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`AuthorizationCodeFlow: ${problem}`);
}
