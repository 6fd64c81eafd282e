import { join } from "node:path";
import type { PageMessages } from "@rak-oauth/auth-code-flow";
import {
  ConfigurationError,
  isSecureUrl,
  type LoadedKeyring,
  loadKeyring,
  type OAuth2Config,
} from "@rak-oauth/core";
import { z } from "zod";
import type { ApiClient } from "./api/api-client.js";
import { readApiClients } from "./api/read-api-clients.js";
import { type OperationSettings, readOperationSettings } from "./operation-settings.js";
import { readMessages } from "./read-messages.js";
import { readProviders } from "./read-providers.js";
import { readReturnOrigins } from "./read-return-origins.js";
import { readSecretFiles } from "./read-secret-files.js";
import { readUserCheck, type UserCheck } from "./read-user-check.js";
import { type SettingFault, SettingsError } from "./settings-error.js";

/** Where credentials are kept. */
export type Storage =
  | { readonly kind: "postgres"; readonly connectionString: string }
  | { readonly kind: "redis"; readonly url: string }
  | { readonly kind: "embedded"; readonly folder: string };

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
  readonly apiClients: readonly ApiClient[];
  /** Origins that a browser may be sent to in the end. */
  readonly returnToOrigins: readonly string[];
  /** Languages of the pages. */
  readonly messages: readonly PageMessages[];
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly operation: OperationSettings;
}

/** Names and values of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const portFault = "must be a whole number from 1 to 65535, such as 3000";
const address = (schemes: RegExp, problem: string) =>
  z.string().refine((value) => URL.canParse(value) && schemes.test(value), problem);

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
  RAK_OAUTH_PROVIDERS_FILE: z.string().optional(),
  RAK_OAUTH_DATA_FOLDER: z.string().default(".rak-oauth"),
  DATABASE_URL: address(
    /^postgres(ql)?:\/\//,
    'must be of the form "postgresql://user:password@host:5432/database"',
  ).optional(),
  REDIS_URL: address(
    /^rediss?:\/\//,
    'must be of the form "rediss://user:password@host:6379"',
  ).optional(),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], 'must be "debug", "info", "warn" or "error"')
    .default("info"),
});

/** Variables whose values are never shown. */
const secretNames = new Set<PropertyKey>(["DATABASE_URL", "REDIS_URL"]);

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
    const shown = secretNames.has(name) ? "" : `is ${JSON.stringify(environment[name])} and `;
    faults.push({ name, problem: `${shown}${message}.` });
  }
  const operation = readOperationSettings(environment, faults);
  // What can be checked alone is checked, whatever else is wrong.
  const valid = <Name extends keyof z.infer<typeof schema>>(name: Name) => {
    const field = schema.shape[name].safeParse(environment[name]);
    return (field.success ? field.data : undefined) as z.infer<typeof schema>[Name] | undefined;
  };
  const port = valid("PORT") ?? 3000;
  const publicUrl = valid("PUBLIC_URL") ?? `http://127.0.0.1:${port}`;
  const storage = readStorage(environment, valid("RAK_OAUTH_DATA_FOLDER") ?? "", faults);
  const keyring = await readKeys(environment, storage, faults);
  const configs = await readProviders(environment, publicUrl, faults);
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

function readStorage(environment: Environment, folder: string, faults: SettingFault[]): Storage {
  const { DATABASE_URL: connectionString, REDIS_URL: url } = environment as {
    readonly DATABASE_URL?: string;
    readonly REDIS_URL?: string;
  };
  if (connectionString !== undefined && url !== undefined) {
    faults.push({
      name: "DATABASE_URL",
      problem: "and REDIS_URL are both set. Credentials live in one place: remove one of them.",
    });
  }
  if (connectionString !== undefined) return { kind: "postgres", connectionString };
  return url === undefined ? { kind: "embedded", folder } : { kind: "redis", url };
}

async function readKeys(
  environment: Environment,
  storage: Storage,
  faults: SettingFault[],
): Promise<LoadedKeyring | undefined> {
  // A key of this process's own would hide what it seals from the others that share a database.
  const developmentKeyFile =
    storage.kind === "embedded" ? join(storage.folder, "development.key") : undefined;
  try {
    return await loadKeyring({ environment, developmentKeyFile });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const isFile = environment["RAK_OAUTH_KEYS_FILE"] !== undefined;
    const name = isFile ? "RAK_OAUTH_KEYS_FILE" : "RAK_OAUTH_KEYS";
    faults.push({ name, problem: `gives no keys. ${error.message}` });
    return undefined;
  }
}

function isPublicOrigin(value: string): boolean {
  if (!URL.canParse(value) || !isSecureUrl(value, true)) return false;
  const { origin } = new URL(value);
  return value === origin || value === `${origin}/`;
}
