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
  const expand = expander(preset, variables, client.clientId);
  const isForUsers = client.flow !== "client_credentials" && client.flow !== "jwt_bearer";
  return defineOAuth2Config({
    ...client,
    provider: client.provider ?? preset.provider,
    displayName: preset.displayName,
    clientAuthentication:
      client.clientAuthentication ??
      (client.clientSecret === undefined ? undefined : preset.clientAuthentication),
    issuer: expand(preset.issuer),
    authUrl: expand(preset.authUrl),
    pushedAuthorizationUrl: expand(preset.pushedAuthorizationUrl),
    tokenUrl: expand(preset.tokenUrl),
    deviceAuthorizationUrl: expand(preset.deviceAuthorizationUrl),
    revocationUrl: expand(preset.revocationUrl),
    introspectionUrl: expand(preset.introspectionUrl),
    userinfoUrl: expand(preset.userinfoUrl),
    jwksUrl: expand(preset.jwksUrl),
    issParameterSupported: preset.issParameterSupported,
    usePkce: preset.usePkce,
    scopes: isForUsers ? union(client.scopes, preset.offlineScopes) : client.scopes,
    apiOrigins: union(client.apiOrigins, expand(preset.apiOrigins)),
    quirks: expand(preset.quirks),
  });
}

/** Checks all variables, then fills them in wherever they stand. */
function expander(
  preset: ProviderPreset,
  variables: Readonly<Record<string, string>>,
  clientId: string,
): <Value>(template: Value) => Value {
  for (const [name, variable] of Object.entries(preset.variables ?? {})) {
    const { pattern, description, example } = variable;
    const value = variables[name];
    if (typeof value !== "string" || !pattern.test(value)) {
      throw new ConfigurationError(
        `OAuth2 configuration for "${preset.provider}": ${name} is ${JSON.stringify(value)} and must be ${description}, such as "${example}".`,
      );
    }
  }
  const values: Readonly<Record<string, string>> = {
    clientId: encodeURIComponent(clientId),
    ...variables,
  };
  const expand = (template: unknown): unknown => {
    if (typeof template === "string") {
      return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
        Object.hasOwn(values, name) ? (values[name] as string) : placeholder,
      );
    }
    if (Array.isArray(template)) return template.map(expand);
    if (typeof template !== "object" || template === null) return template;
    return Object.fromEntries(
      Object.entries(template).map(([name, value]) => [name, expand(value)]),
    );
  };
  return <Value>(template: Value) => expand(template) as Value;
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
