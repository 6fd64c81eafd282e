import type { PageMessages } from "@rak-oauth/auth-code-flow";
import type { AgentApiClient } from "@rak-oauth/auth-code-flow/api";
import { isSecureUrl, type LoadedKeyring, type OAuth2Config } from "@rak-oauth/core";
import {
  type Environment,
  readKeys,
  readProviders,
  readSecretFiles,
  readStorage,
  type SettingFault,
  type Storage,
} from "@rak-oauth/environment";
import { z } from "zod";
import { readApiClients } from "./api/read-api-clients.js";
import { type OperationSettings, readOperationSettings } from "./operation-settings.js";
import { readMessages } from "./read-messages.js";
import { readReturnOrigins } from "./read-return-origins.js";
import { readUserCheck, type UserCheck } from "./read-user-check.js";
import { SettingsError } from "./settings-error.js";

/** Everything the command needs to know, checked. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Origin that browsers reach this server by. */
  readonly publicUrl: string;
  /** What seals credentials; its warnings are still to be told. */
  readonly keyring: LoadedKeyring;
  readonly storage: Storage;
  readonly configs: readonly OAuth2Config[];
  /** Who may open a link. */
  readonly userCheck: UserCheck;
  /** Who may use the API; without anybody it is off. */
  readonly apiClients: readonly AgentApiClient[];
  /** Origins that a browser may be sent to in the end. */
  readonly returnToOrigins: readonly string[];
  /** Languages of the pages. */
  readonly messages: readonly PageMessages[];
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly operation: OperationSettings;
}

const portFault = "must be a whole number from 1 to 65535, such as 3000";
/** Path of the callback routes; each provider has one below it, so that no code can be mistaken. */
const callbackPath = "/oauth2/callback";

const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d+$/, portFault)
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, portFault)
    .default(3000),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: z
    .string()
    .refine(
      isPublicOrigin,
      'must be the https origin that browsers reach this server by, without a path, such as "https://agent.example.com"; plain http only on 127.0.0.1',
    )
    .optional(),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], 'must be "debug", "info", "warn" or "error"')
    .default("info"),
});

/**
 * Reads and checks all settings at once; an empty variable counts as absent. Where the embedded
 * database is used in development without keys, a key is made in its folder.
 *
 * @throws SettingsError with every fault, none hidden behind another.
 */
export async function readSettings(given: Environment): Promise<Settings> {
  const set = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const faults: SettingFault[] = [];
  const environment = await readSecretFiles(set, faults);
  const parsed = schema.safeParse(environment);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    faults.push({ name, problem: `is ${JSON.stringify(environment[name])} and ${message}.` });
  }
  const operation = readOperationSettings(environment, faults);
  // What can be checked alone is checked, whatever else is wrong.
  const valid = <Name extends keyof z.infer<typeof schema>>(name: Name) => {
    const field = schema.shape[name].safeParse(environment[name]);
    return (field.success ? field.data : undefined) as z.infer<typeof schema>[Name] | undefined;
  };
  const port = valid("PORT") ?? 3000;
  const publicUrl = valid("PUBLIC_URL") ?? `http://127.0.0.1:${port}`;
  const storage = readStorage({ environment, defaultFolder: ".rak-oauth", faults });
  const keyring = await readKeys({ environment, storage, faults });
  const configs = await readServedProviders(environment, publicUrl, faults);
  const userCheck = readUserCheck(environment, faults);
  const apiClients = await readApiClients(environment, faults);
  const returnToOrigins = readReturnOrigins(environment, faults);
  const messages = readMessages(environment, faults);
  if (environment["NODE_ENV"] === "production" && environment["PUBLIC_URL"] === undefined) {
    faults.push({
      name: "PUBLIC_URL",
      problem: `is missing and NODE_ENV is "production". Set it to the https origin that browsers reach this server by.`,
    });
  }
  if (faults.length > 0 || !parsed.success || !keyring || !userCheck || !operation) {
    throw new SettingsError(faults);
  }
  const { HOST: host, LOG_LEVEL: logLevel } = parsed.data;
  const { origin } = new URL(publicUrl);
  return {
    port,
    host,
    publicUrl: origin,
    keyring,
    storage,
    configs,
    userCheck,
    apiClients,
    returnToOrigins,
    messages,
    logLevel,
    operation,
  };
}

async function readServedProviders(
  environment: Environment,
  publicUrl: string,
  faults: SettingFault[],
): Promise<readonly OAuth2Config[]> {
  const before = faults.length;
  const redirectUriOf = (provider: string) =>
    new URL(`${callbackPath}/${provider}`, publicUrl).href;
  const configs = await readProviders({ environment, redirectUriOf, faults });
  if (configs.length === 0 && faults.length === before) {
    faults.push({
      name: "RAK_OAUTH_PROVIDERS_FILE",
      problem:
        "is missing, and no provider is configured. Set it to a JSON file with a list of providers, or set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET (or GITHUB_…, MICROSOFT_…).",
    });
  }
  return configs;
}

function isPublicOrigin(value: string): boolean {
  if (!URL.canParse(value) || !isSecureUrl(value, true)) return false;
  const { origin } = new URL(value);
  return value === origin || value === `${origin}/`;
}
