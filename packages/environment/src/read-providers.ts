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

/** Fields that may lie in files of their own, each named by `…File`. */
const fileFields = ["clientSecret", "clientPrivateKey", "clientCertificate"] as const;

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
 * `GOOGLE_CLIENT_ID`, `GITHUB_CLIENT_ID` and `MICROSOFT_CLIENT_ID` register at a preset. Microsoft takes
 * `MICROSOFT_CLIENT_PRIVATE_KEY` and `MICROSOFT_CLIENT_CERTIFICATE`, both PEM, in place of a secret. What is
 * wrong goes to `faults`, without a secret.
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
    return check(name, faults, () =>
      preset({
        clientId,
        clientSecret: environment[`${prefix}_CLIENT_SECRET`],
        scopes: environment[`${prefix}_SCOPES`]?.split(/[\s,]+/).filter(Boolean),
        redirectUri,
        ...(prefix === "MICROSOFT" && ofMicrosoft(environment)),
      }),
    );
  });
}

/** What only a client of Microsoft's has: its tenant, and a certificate in place of a secret. */
function ofMicrosoft(environment: Environment) {
  return {
    tenant: environment["MICROSOFT_TENANT"],
    clientPrivateKey: environment["MICROSOFT_CLIENT_PRIVATE_KEY"],
    clientCertificate: environment["MICROSOFT_CLIENT_CERTIFICATE"],
  };
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
    inputs.map((input, index) => fillInFiles(input, `${path}[${index}]`, faults)),
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

/** An entry, with what lies in files of its own; nothing when one of them is not to be had. */
async function fillInFiles(input: unknown, name: string, faults: SettingFault[]): Promise<unknown> {
  if (typeof input !== "object" || input === null) return input;
  const inFiles = fileFields.filter((field) => `${field}File` in input);
  if (inFiles.length === 0) return input;
  let entry: Record<string, unknown> = { ...input };
  let isComplete = true;
  for (const field of inFiles) {
    const { [`${field}File`]: path, ...rest } = entry;
    if (field in rest) {
      faults.push({ name, problem: `has ${field} and ${field}File. Remove one of them.` });
      return undefined;
    }
    const content = await readSecret(`${name}.${field}File`, String(path), faults);
    isComplete &&= content !== undefined;
    entry = { ...rest, [field]: content };
  }
  return isComplete ? entry : undefined;
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
