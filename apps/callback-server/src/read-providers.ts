import {
  defineOAuth2Config,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2ConfigInput,
} from "@rak-oauth/core";
import { github, google, microsoft } from "@rak-oauth/oidc-discovery";
import { readJsonList } from "./read-json-list.js";
import { readSecret } from "./read-secret-files.js";
import type { Environment } from "./read-settings.js";
import type { SettingFault } from "./settings-error.js";

/** Path of the callback routes; each provider has one below it, so that no code can be mistaken. */
const callbackPath = "/oauth2/callback";

const fileName = "RAK_OAUTH_PROVIDERS_FILE";

const presets = {
  GOOGLE: google,
  GITHUB: github,
  MICROSOFT: microsoft,
} as const;

/** Reads the providers of the file and of the environment; what is wrong goes to `faults`. */
export async function readProviders(
  environment: Environment,
  publicUrl: string,
  faults: SettingFault[],
): Promise<readonly OAuth2Config[]> {
  const before = faults.length;
  const path = environment[fileName];
  const configs = [
    ...(path === undefined ? [] : await readProvidersFile(path, publicUrl, faults)),
    ...readPresets(environment, publicUrl, faults),
  ];
  if (configs.length === 0 && faults.length === before) {
    faults.push({
      name: fileName,
      problem:
        "is missing, and no provider is configured. Set it to a JSON file with a list of providers, or set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET (or GITHUB_…, MICROSOFT_…).",
    });
  }
  return configs;
}

function readPresets(
  environment: Environment,
  publicUrl: string,
  faults: SettingFault[],
): readonly OAuth2Config[] {
  return Object.entries(presets).flatMap(([prefix, preset]) => {
    const name = `${prefix}_CLIENT_ID`;
    const clientId = environment[name];
    if (clientId === undefined) return [];
    const redirectUri = redirectUriOf(prefix.toLowerCase(), publicUrl);
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

async function readProvidersFile(
  path: string,
  publicUrl: string,
  faults: SettingFault[],
): Promise<readonly OAuth2Config[]> {
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
      const redirectUri = given?.redirectUri ?? redirectUriOf(String(given?.provider), publicUrl);
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

function redirectUriOf(provider: string, publicUrl: string): string {
  return new URL(`${callbackPath}/${provider}`, publicUrl).href;
}
