import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { OAuth2Config } from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import type { CommandContext } from "./command-context.js";
import { loadPresets } from "./presets.js";
import { UsageError } from "./usage-error.js";

/** What a command line says of a client registration. */
export interface RegistrationOptions {
  readonly clientId?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly issuer?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly apiOrigins?: readonly string[] | undefined;
  readonly allowInsecureLoopback?: boolean | undefined;
  /** What a preset needs beside, such as `shop`. */
  readonly with?: Readonly<Record<string, string>> | undefined;
}

/** A provider that was described on the command line. */
export interface NewProvider {
  readonly config: OAuth2Config;
  /** Absolute. */
  readonly clientSecretFile: string | undefined;
}

/**
 * Makes a configuration of what the command line says: from a preset by the provider's name, or from the
 * metadata of an issuer.
 *
 * @throws UsageError when it cannot be enough.
 * @throws OAuth2Error `discovery_failed` when the issuer does not say what it is.
 */
export async function createNewProvider(
  context: CommandContext,
  provider: string,
  { clientId = "", clientSecretFile, issuer, ...options }: RegistrationOptions,
): Promise<NewProvider> {
  const { isFromEnvironment } = await context.settings();
  if (isFromEnvironment(provider)) {
    throw new UsageError(
      `The environment sets up "${provider}" already. Leave --client-id out, or choose another name.`,
    );
  }
  const file = clientSecretFile === undefined ? undefined : resolve(clientSecretFile);
  const { scopes, apiOrigins } = options;
  const registration = {
    clientId,
    clientSecret: file && (await readSecret(file)),
    scopes,
    apiOrigins,
  };
  if (issuer !== undefined) {
    const { allowInsecureLoopback } = options;
    const config = await discover(issuer, { ...registration, provider, allowInsecureLoopback });
    return { config, clientSecretFile: file };
  }
  const presets = await loadPresets();
  const define = presets.get(provider);
  if (define === undefined) {
    throw new UsageError(
      `"${provider}" has no preset (presets: ${[...presets.keys()].join(", ")}). Name its server: --issuer https://…`,
    );
  }
  return { config: define({ ...options.with, ...registration }), clientSecretFile: file };
}

async function readSecret(file: string): Promise<string> {
  let secret: string;
  try {
    secret = (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new UsageError(
      `--client-secret-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Give the path of a readable file.`,
    );
  }
  if (secret !== "") return secret;
  throw new UsageError(`--client-secret-file ${file} is empty. Write the secret into it.`);
}
