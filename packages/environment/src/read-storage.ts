import type { Environment, SettingFault } from "./setting-fault.js";

/** Where credentials are kept. */
export type Storage =
  | { readonly kind: "postgres"; readonly connectionString: string }
  | { readonly kind: "redis"; readonly url: string }
  | { readonly kind: "embedded"; readonly folder: string };

/** Options of {@link readStorage}. */
export interface ReadStorageOptions {
  readonly environment: Environment;
  /** Where the embedded database lives when `RAK_OAUTH_DATA_FOLDER` names no other place. */
  readonly defaultFolder: string;
  /** Gets what is wrong. */
  readonly faults: SettingFault[];
}

/**
 * Reads where credentials are kept: in PostgreSQL at `DATABASE_URL`, in Redis at `REDIS_URL`, or else in
 * the folder `RAK_OAUTH_DATA_FOLDER`. What is wrong goes to `faults`; no address is shown there, for it
 * holds a password.
 */
export function readStorage(options: ReadStorageOptions): Storage {
  const { environment, defaultFolder, faults } = options;
  const connectionString = environment["DATABASE_URL"];
  const url = environment["REDIS_URL"];
  checkAddress("DATABASE_URL", connectionString, postgres, faults);
  checkAddress("REDIS_URL", url, redis, faults);
  if (connectionString !== undefined && url !== undefined) {
    faults.push({
      name: "DATABASE_URL",
      problem: "and REDIS_URL are both set. Credentials live in one place: remove one of them.",
    });
  }
  if (connectionString !== undefined) return { kind: "postgres", connectionString };
  if (url !== undefined) return { kind: "redis", url };
  return { kind: "embedded", folder: environment["RAK_OAUTH_DATA_FOLDER"] ?? defaultFolder };
}

interface AddressForm {
  readonly schemes: RegExp;
  readonly example: string;
}

const postgres: AddressForm = {
  schemes: /^postgres(ql)?:\/\//,
  example: "postgresql://user:password@host:5432/database",
};
const redis: AddressForm = {
  schemes: /^rediss?:\/\//,
  example: "rediss://user:password@host:6379",
};

function checkAddress(
  name: string,
  address: string | undefined,
  { schemes, example }: AddressForm,
  faults: SettingFault[],
): void {
  if (address === undefined || (URL.canParse(address) && schemes.test(address))) return;
  faults.push({ name, problem: `must be of the form "${example}".` });
}
