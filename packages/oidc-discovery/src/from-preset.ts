import { ConfigurationError, defineOAuth2Config, type OAuth2Config } from "@rak-oauth/core";
import type { ClientRegistration } from "./client-registration.js";
import type { ProviderPreset } from "./provider-preset.js";

/** One client registration at a provider that has a preset. */
export interface PresetRegistration extends ClientRegistration {
  /** Name in keys and results, where one application has two clients. @defaultValue the preset's */
  readonly provider?: string | undefined;
}

/**
 * The same, where an editor knows names of scopes; any other text is a scope too.
 *
 * @typeParam Scope - the names that are offered.
 */
export interface ScopedRegistration<Scope extends string> extends PresetRegistration {
  /** @defaultValue none */
  readonly scopes?: readonly (Scope | (string & Record<never, never>))[] | undefined;
}

/** What {@link fromPreset} needs beside the preset. */
export interface FromPresetOptions extends PresetRegistration {
  /** Values of the preset's variables; every one is needed. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/**
 * Joins what is known of a provider with one client registration there. Nothing is sent. Scopes
 * without which users get no refresh token are added, and the preset's API origins.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function fromPreset(preset: ProviderPreset, options: FromPresetOptions): OAuth2Config {
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(
      `OAuth2 configuration for "${preset.provider}": the client registration is missing. Give { clientId, clientSecret, … } from the provider's console: ${preset.docsUrl}`,
    );
  }
  const { variables = {}, ...client } = options;
  const address = expander(preset, { ...variables, clientId: encodeURIComponent(client.clientId) });
  const isForUsers = client.flow !== "client_credentials" && client.flow !== "jwt_bearer";
  return defineOAuth2Config({
    ...client,
    provider: client.provider ?? preset.provider,
    displayName: preset.displayName,
    clientAuthentication:
      client.clientAuthentication ??
      (client.clientSecret === undefined ? undefined : preset.clientAuthentication),
    issuer: address(preset.issuer),
    authUrl: address(preset.authUrl),
    pushedAuthorizationUrl: address(preset.pushedAuthorizationUrl),
    tokenUrl: address(preset.tokenUrl),
    deviceAuthorizationUrl: address(preset.deviceAuthorizationUrl),
    revocationUrl: address(preset.revocationUrl),
    userinfoUrl: address(preset.userinfoUrl),
    jwksUrl: address(preset.jwksUrl),
    issParameterSupported: preset.issParameterSupported,
    usePkce: preset.usePkce,
    scopes: isForUsers ? union(client.scopes, preset.offlineScopes) : client.scopes,
    apiOrigins: union(client.apiOrigins, preset.apiOrigins),
    quirks: preset.quirks,
  });
}

/** Checks all variables, then fills them in. */
function expander(
  preset: ProviderPreset,
  values: Readonly<Record<string, string>>,
): <Address extends string | undefined>(template: Address) => Address {
  for (const [name, { pattern, description }] of Object.entries(preset.variables ?? {})) {
    const value = values[name];
    if (typeof value !== "string" || !pattern.test(value)) {
      throw new ConfigurationError(
        `OAuth2 configuration for "${preset.provider}": ${name} is ${JSON.stringify(value)} and must be ${description}.`,
      );
    }
  }
  return <Address extends string | undefined>(template: Address) =>
    template?.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
      Object.hasOwn(values, name) ? (values[name] as string) : placeholder,
    ) as Address;
}

/** Leaves what is no list to the check that names the fault. */
function union(
  given: readonly string[] | undefined,
  known: readonly string[] = [],
): readonly string[] | undefined {
  return given === undefined || Array.isArray(given)
    ? [...new Set([...(given ?? []), ...known])]
    : given;
}
