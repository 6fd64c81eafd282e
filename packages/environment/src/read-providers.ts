import {
  defineOAuth2Config,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2ConfigInput,
} from "@rak-oauth/core";
import { github, google, microsoft } from "@rak-oauth/oidc-discovery";
import { readJsonList } from "./read-json-list.js";
import { readSecret } from "./read-secret-files.js";
import type { Environment, SettingFault } from "./setting-fault.js";

const fileName = "RAK_OAUTH_PROVIDERS_FILE";

const presets = {
  GOOGLE: google,
  GITHUB: github,
  MICROSOFT: microsoft,
} as const;

/** Options of {@link readProviders}. */
export interface ReadProvidersOptions {
  readonly environment: Environment;
  /**
   * Where browsers come back to, for a provider that names no `redirectUri` of its own.
   *
   * @defaultValue none is filled in
   */
  readonly redirectUriOf?: ((provider: string) => string) | undefined;
  /** Gets what is wrong. */
  readonly faults: SettingFault[];
}

/**
 * Reads the providers of the JSON file that `RAK_OAUTH_PROVIDERS_FILE` names, and those that
 * `GOOGLE_CLIENT_ID`, `GITHUB_CLIENT_ID` and `MICROSOFT_CLIENT_ID` register at a preset. What is wrong
 * goes to `faults`, without a secret.
 */
export async function readProviders(
  options: ReadProvidersOptions,
): Promise<readonly OAuth2Config[]> {
  return [...(await readProvidersFile(options)), ...readPresets(options)];
}

function readPresets(options: ReadProvidersOptions): readonly OAuth2Config[] {
  const { environment, redirectUriOf, faults } = options;
  return Object.entries(presets).flatMap(([prefix, preset]) => {
    const name = `${prefix}_CLIENT_ID`;
    const clientId = environment[name];
    if (clientId === undefined) return [];
    const redirectUri = redirectUriOf?.(prefix.toLowerCase());
    const tenant = prefix === "MICROSOFT" ? environment["MICROSOFT_TENANT"] : undefined;
    return check(name, faults, () =>
      preset({
        clientId,
        clientSecret: environment[`${prefix}_CLIENT_SECRET`],
        scopes: environment[`${prefix}_SCOPES`]?.split(/[\s,]+/).filter(Boolean),
        redirectUri,
        ...(tenant !== undefined && { tenant }),
      }),
    );
  });
}

async function readProvidersFile(options: ReadProvidersOptions): Promise<readonly OAuth2Config[]> {
  const { environment, redirectUriOf, faults } = options;
  const path = environment[fileName];
  if (path === undefined) return [];
  const inputs = await readJsonList({
    name: fileName,
    path,
    example: '[{ "provider": "…", "clientId": "…", "authUrl": "…", "tokenUrl": "…" }]',
    faults,
  });
  const complete = await Promise.all(
    inputs.map((input, index) => fillInSecret(input, `${path}[${index}]`, faults)),
  );
  return complete.flatMap((input, index) => {
    if (input === undefined) return [];
    return check(`${path}[${index}]`, faults, () => {
      const given = input as OAuth2ConfigInput;
      const redirectUri = given?.redirectUri ?? redirectUriOf?.(String(given?.provider));
      return defineOAuth2Config({ ...given, redirectUri });
    });
  });
}

/** An entry, with its secret where that lies in a file of its own; nothing when that is not to be had. */
async function fillInSecret(
  input: unknown,
  name: string,
  faults: SettingFault[],
): Promise<unknown> {
  if (typeof input !== "object" || input === null || !("clientSecretFile" in input)) return input;
  const { clientSecretFile, ...rest } = input;
  if ("clientSecret" in rest) {
    faults.push({ name, problem: "has clientSecret and clientSecretFile. Remove one of them." });
    return undefined;
  }
  const file = `${name}.clientSecretFile`;
  const clientSecret = await readSecret(file, String(clientSecretFile), faults);
  return clientSecret === undefined ? undefined : { ...rest, clientSecret };
}

function check(
  name: string,
  faults: SettingFault[],
  define: () => OAuth2Config,
): readonly OAuth2Config[] {
  try {
    return [define()];
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    faults.push({ name, problem: `cannot be used. ${error.message}` });
    return [];
  }
}
